/** @file One spelling for the many ways in which the same mathematics is typed. */

/** Characters that stand for LaTeX. */
const CHARACTERS: Readonly<Record<string, string>> = {
  "−": "-",
  "–": "-",
  "—": "-",
  "×": "\\times ",
  "·": "\\cdot ",
  "⋅": "\\cdot ",
  "∗": "*",
  "÷": "/",
  "⁄": "/",
  "√": "\\sqrt ",
  "∞": "\\infty ",
  "°": "^\\circ ",
  "±": "\\pm ",
  "∓": "\\mp ",
  "≤": "\\le ",
  "≥": "\\ge ",
  "≠": "\\ne ",
  "≈": "\\approx ",
  "∈": "\\in ",
  "∪": "\\cup ",
  "∩": "\\cap ",
  "∅": "\\emptyset ",
  "ℝ": "\\mathbb{R}",
  "′": "'",
  "½": "\\frac{1}{2}",
  "⅓": "\\frac{1}{3}",
  "⅔": "\\frac{2}{3}",
  "¼": "\\frac{1}{4}",
  "¾": "\\frac{3}{4}",
  "£": "\\pounds ",
  "€": "\\euro ",
  "¥": "\\yen ",
  "α": "\\alpha ",
  "β": "\\beta ",
  "γ": "\\gamma ",
  "δ": "\\delta ",
  "Δ": "\\Delta ",
  "ε": "\\epsilon ",
  "θ": "\\theta ",
  "λ": "\\lambda ",
  "μ": "\\mu ",
  "µ": "\\mu ",
  "π": "\\pi ",
  "ρ": "\\rho ",
  "σ": "\\sigma ",
  "τ": "\\tau ",
  "φ": "\\phi ",
  "ω": "\\omega ",
  "Ω": "\\Omega ",
  "ℏ": "\\hbar ",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
};

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Commands with the same meaning. */
const SYNONYMS: Readonly<Record<string, string>> = {
  dfrac: "frac",
  tfrac: "frac",
  cfrac: "frac",
  dbinom: "binom",
  tbinom: "binom",
  leq: "le",
  leqslant: "le",
  geq: "ge",
  geqslant: "ge",
  neq: "ne",
  lt: "lt",
  gt: "gt",
  textnormal: "text",
  textbf: "text",
  textit: "text",
  textrm: "text",
  textsf: "text",
  texttt: "text",
  textup: "text",
  mbox: "text",
  hbox: "text",
  operatorname: "mathrm",
  rm: "mathrm",
  bf: "mathrm",
  varnothing: "emptyset",
  lvert: "vert",
  rvert: "vert",
  mid: "vert",
  lbrace: "{",
  rbrace: "}",
  lbrack: "[",
  rbrack: "]",
  to: "rightarrow",
  degree: "circ",
  ast: "cdot",
  div: "/",
  colon: ":",
  simeq: "approx",
  thickapprox: "approx",
  asin: "arcsin",
  acos: "arccos",
  atan: "arctan",
  varphi: "phi",
  varepsilon: "epsilon",
  vartheta: "theta",
  varrho: "rho",
};

/** Commands that only change how what follows looks; an argument in braces stays as a group. */
const STYLES = new Set(
  ("displaystyle textstyle scriptstyle limits nolimits left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl " +
    "biggr mathbf mathit mathsf mathtt mathcal mathnormal boldsymbol bm vec overrightarrow ensuremath boxed fbox " +
    "underline phantom quad qquad enspace thinspace hspace hfill newline nonumber allowbreak smallskip medskip")
    .split(" "),
);

/** Commands of one character that are white space. */
const SPACES: Readonly<Record<string, string>> = {
  ",": " ",
  ";": " ",
  ":": " ",
  ">": " ",
  " ": " ",
  "\n": " ",
  "/": "",
};

/** Stands for a comma that can only be between thousands. */
export const THOUSANDS = "\u2024";

/** Two backslashes before one of these names are one that was escaped once too often. */
const ESCAPED =
  /(?<!\\)\\\\(?=(?:boxed|[dt]?frac|left|right|sqrt|text|mathrm|pi|cdot|times|leq?|geq?|infty|circ|begin|end|pm|cup)(?![a-zA-Z]))/g;

/**
 * The text with one spelling for each sign: Unicode as LaTeX, synonymous commands as one, sizes and spacing dropped,
 * doubled backslashes undone, dollar signs around formulas dropped. One pass over the text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normalise(String.raw`$\dfrac{1}{2},\,\text{−}3$`), String.raw`\frac{1}{2}, \text{-}3`);
 * ```
 */
export function normalise(text: string): string {
  const unescaped = text.includes("\\\\") ? text.replaceAll(ESCAPED, "\\") : text;
  return unescaped
    // A negative space joins: `11,\\! 111`; so do braces around a comma: `11{,}111`.
    .replaceAll(/\\!\s?/g, "")
    .replaceAll(/(?<=\d) ?\{ ?, ?\} ?(?=\d)/g, THOUSANDS)
    // Full-width forms, and the other compatibility forms of digits and letters.
    .replaceAll(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replaceAll(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (c) => `^{${SUPERSCRIPTS.indexOf(c)}}`)
    .replaceAll(/[^\0-\x7f]/gu, (c) => CHARACTERS[c] ?? c)
    .replaceAll(/\\([a-zA-Z]+)\*?|\\([^a-zA-Z])|\$+/g, (whole, name, sign) => {
      if (sign !== undefined) return SPACES[sign] ?? whole;
      if (name === undefined) return " ";
      if (STYLES.has(name)) return " ";
      const synonym = Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name]! : name;
      return /^[a-zA-Z]/.test(synonym) || /^[{}]$/.test(synonym) ? `\\${synonym}` : synonym;
    })
    .replaceAll(/[~\s]+/g, " ")
    .trim();
}

/**
 * What is left of a normalised text when nothing but its characters counts: white space, `\text`, braces around one
 * character, and punctuation at the end are dropped.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(compact(String.raw`\text{ Even }.`), "Even");
 * assertEquals(compact(String.raw`x_{0} + \frac{1}{2}`), compact(String.raw`x_0+\frac{1}{2}`));
 * ```
 */
export function compact(normalised: string): string {
  const plain = normalised
    .replaceAll(THOUSANDS, ",")
    .replaceAll(/\\(?:text|mathrm) ?\{([^{}]*)\}/g, "$1")
    .replaceAll(/([_^]) ?\{ ?([a-zA-Z0-9]) ?\}/g, "$1$2")
    .replaceAll(/\s/g, "");
  let end = plain.length;
  while (end > 0 && ".,;:".includes(plain[end - 1]!)) end--;
  return plain.slice(0, end);
}
