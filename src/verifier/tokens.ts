/** @file Cutting a normalised formula into tokens. */
import { THOUSANDS } from "./normalise.ts";
import { PERCENT_WORDS, UNIT_WORDS } from "./unit_words.ts";
import { Unreadable } from "./unreadable.ts";

/** One piece of a formula. */
export interface Token {
  /**
   * - `number`: digits without separators, perhaps with a point and an exponent
   * - `name`: a variable or a constant
   * - `function`: sin, log, …
   * - `text`: words, written as `\text{…}` or plainly
   * - `command`: a LaTeX command that structures: frac, sqrt, begin, …; without its backslash
   * - `sign`: one operator or bracket; `\{` and `\}` are set braces, `{` and `}` groups
   */
  readonly kind: "number" | "name" | "function" | "text" | "command" | "sign";
  /** What it says. */
  readonly text: string;
}

/** More tokens than this are no answer. */
export const MAX_TOKENS = 2000;

/** Functions that can be evaluated, by the names in use, with the name that mathjs has for them. */
export const FUNCTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ("sin cos tan sec csc cot sinh cosh tanh sech csch coth ln log exp sqrt abs floor ceil arg det gcd lcm max min")
      .split(" ").map((name) => [name, name]),
  ),
  ...Object.fromEntries(
    ("sin cos tan sec csc cot sinh cosh tanh").split(" ").map((name) => [`arc${name}`, `a${name}`]),
  ),
  ln: "log",
  lg: "log",
  cosec: "csc",
  sgn: "sign",
  Re: "re",
  Im: "im",
};

const STRUCTURES = new Set(
  ("frac binom sqrt begin end dot ddot hat bar tilde overline circ pm mp cdot times le ge ne lt gt approx sim equiv cup " +
    "cap setminus in rightarrow Rightarrow implies iff vert lfloor rfloor lceil rceil langle rangle infty prime pounds " +
    "euro yen sum prod int iint oint lim limsup liminf sup inf argmax argmin pmod bmod mod ldots dots cdots vdots partial")
    .split(" "),
);

/** Names written in letters. */
const PLAIN_NAMES = new Set(
  ("pi tau theta alpha beta gamma delta lambda mu omega phi rho sigma").split(" "),
);

/** Short words that are answers and not products of variables. */
const WORDS = /^(?:yes|no|odd|all|one|two|six|ten)$/i;

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,5}(?![\d.]))?/y;
const GROUPED = /\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?/y;
const SPACED = /\d{1,3}(?: \d{3})+(?!\d| \d)(?:\.\d+)?/y;
const PACKED = new RegExp(`\\d{1,3}(?:${THOUSANDS}\\d{3})+(?!\\d)(?:\\.\\d+)?`, "y");
const LETTERS = /\p{L}+/uy;
const RELATIONS = /<=|>=|!=|==|<|>|=/y;
const SYMBOLIC: Readonly<Record<string, string>> = {
  "<=": "le",
  ">=": "ge",
  "!=": "ne",
  "<": "lt",
  ">": "gt",
};

/**
 * The tokens of a normalised formula. Groups of thousands become plain numbers, except inside brackets, where a comma
 * separates: `1,234` is a number and `(1,234)` a pair.
 *
 * @throws {Unreadable} Where the formula has more than 2,000 tokens or a brace of a `\text` is not closed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokenize(String.raw`\frac{1,000}{x_0}`).map(({ text }) => text), [
 *   "frac", "{", "1000", "}", "{", "x", "_", "0", "}",
 * ]);
 * ```
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let depth = 0;
  const push = (kind: Token["kind"], said: string) => {
    tokens.push({ kind, text: said });
    if (tokens.length > MAX_TOKENS) throw new Unreadable(`more than ${MAX_TOKENS} tokens`);
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === " ") {
      at++;
    } else if (/[\d.]/.test(character)) {
      // `x_12` has the subscript 1 in LaTeX, but nobody who writes it means that; the whole number is taken.
      const grouped = take(PACKED) ?? (depth === 0 ? take(GROUPED) ?? take(SPACED) : null);
      const number = grouped ?? take(NUMBER);
      if (number !== null) push("number", number.replaceAll(SEPARATORS, ""));
      else {
        at++;
        push("sign", ".");
      }
    } else if (character === "\\") {
      depth += command();
    } else {
      const relation = take(RELATIONS);
      if (relation !== null) {
        const named = SYMBOLIC[relation];
        if (named === undefined) push("sign", "=");
        else push("command", named);
        continue;
      }
      const letters = take(LETTERS);
      if (letters !== null) word(letters);
      else {
        at++;
        if ("([".includes(character)) depth++;
        if (")]".includes(character)) depth--;
        push("sign", character);
      }
    }
  }
  return tokens;

  /** Reads a command; returns the change in depth of brackets. */
  function command(): number {
    const name = /[a-zA-Z]+|[^]/y;
    name.lastIndex = at + 1;
    const said = name.exec(text)?.[0];
    if (said === undefined) throw new Unreadable("a lone backslash");
    at += 1 + said.length;
    if (said === "{" || said === "}") {
      push("sign", `\\${said}`);
      return said === "{" ? 1 : -1;
    }
    if (said === "text" || said === "mathrm") {
      worded(argument());
    } else if (said === "mathbb") {
      push("name", `set ${argument()}`);
    } else if (STRUCTURES.has(said)) {
      push("command", said);
    } else if (Object.hasOwn(FUNCTIONS, said)) {
      push("function", said);
    } else if (said === "\\" || said === "%" || said === "$" || said === "&" || said === "#") {
      push("sign", `\\${said}`);
    } else if (said === "|") {
      push("command", "vert");
    } else {
      push("name", said);
    }
    return 0;
  }

  /** The argument of a command: what is in braces, or one character. */
  function argument(): string {
    while (text[at] === " ") at++;
    if (text[at] !== "{") return text[at++] ?? "";
    const from = ++at;
    for (let open = 1; at < text.length; at++) {
      if (text[at] === "\\") at++;
      else if (text[at] === "{") open++;
      else if (text[at] === "}" && --open === 0) return text.slice(from, at++).trim();
    }
    throw new Unreadable("a brace is not closed");
  }

  /** What stands in a `\text`. */
  function worded(said: string): void {
    const inner = said.trim();
    if (/^(?:,? ?(?:and|or),?|,|;)$/i.test(inner)) push("sign", ",");
    else if (Object.hasOwn(FUNCTIONS, inner)) push("function", inner);
    else if (/^[dei]$/.test(inner)) push("name", inner);
    else if (/^[-+\d.,]+$/.test(inner)) tokens.push(...tokenize(inner));
    else if (inner !== "") push("text", inner);
  }

  /** A run of letters that are written as they are. */
  function word(letters: string): void {
    if (/^(?:and|or)$/i.test(letters)) push("sign", ",");
    else if (Object.hasOwn(FUNCTIONS, letters)) push("function", letters);
    else if (PLAIN_NAMES.has(letters)) push("name", letters);
    else if (/^(?:infinity|inf|oo)$/i.test(letters)) push("command", "infty");
    else if (letters === "np" || letters === "math") {
      // `np.arcsin(x)`: the library's name says nothing.
      if (text[at] === ".") at++;
    } else {
      const after = tokens.at(-1);
      const unit = (after?.kind === "number" || after?.text === "}") &&
        letters.length > 1 && (Object.hasOwn(UNIT_WORDS, letters) || PERCENT_WORDS.has(letters));
      if (unit || letters.length > 3 || WORDS.test(letters) || /[^a-zA-Z]/.test(letters)) {
        push("text", letters);
      } else for (const letter of letters) push("name", letter);
    }
  }
}

const SEPARATORS = new RegExp(`[ ,${THOUSANDS}]`, "g");
