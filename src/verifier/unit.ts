/** @file The unit after a quantity. */
import type { Token } from "./tokens.ts";
import { PERCENT_WORDS, SCALE_WORDS, UNIT_WORDS } from "./unit_words.ts";

/** What stands around a number and is not the number. */
export interface Unit {
  /** The unit in mathjs's names where every word of it is known (`m / s^2`), else the words as they are. */
  readonly text: string;
  /** Whether every word is known. */
  readonly known: boolean;
}

/** Tokens without their unit. */
export interface WithoutUnit {
  /** What is left. */
  readonly tokens: readonly Token[];
  /** The unit; null where there is none. */
  readonly unit: Unit | null;
  /** Whether the quantity is in hundredths. */
  readonly percent: boolean;
  /** What the quantity is to be multiplied by: 1,000,000 after `million`. */
  readonly scale: number;
}

const CURRENCIES: Readonly<Record<string, string>> = {
  "\\$": "USD",
  pounds: "GBP",
  euro: "EUR",
  yen: "JPY",
};

/** The currency that a token stands for. */
function currency(token: Token | undefined): string | undefined {
  if (token === undefined || (token.kind !== "sign" && token.kind !== "command")) return undefined;
  return CURRENCIES[token.text];
}

function isPercent(token: Token | undefined): boolean {
  return token !== undefined &&
    (token.text === "\\%" || token.text === "%" ||
      (token.kind === "text" && PERCENT_WORDS.has(token.text.toLowerCase())));
}

/** Whether a token may stand inside a unit after its first word: `m/s^2`, `kg \cdot m`, `J mol^{-1}`. */
function continues({ kind, text }: Token): boolean {
  return kind === "text" || (kind === "number" && text.length === 1) ||
    (kind === "sign" && "/^{}-*()".includes(text)) || (kind === "command" && text === "cdot") ||
    (kind === "name" && Object.hasOwn(UNIT_WORDS, text));
}

/**
 * Takes off what stands around a quantity: a currency sign before or after it, `%` or `percent`, and the words after it. A unit
 * begins with a word in `\text`, or with a word of two letters or more that is a unit; a single plain letter is a variable, because `5 m`
 * and `5 n` look alike. `^\circ` alone at the end is the unit of degrees.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tokenize } from "./tokens.ts";
 *
 * const { tokens, unit } = takeUnit(tokenize(String.raw`9.8 \text{ m/s}^2`));
 * assertEquals([tokens.length, unit?.text], [1, "m/s ^2"]);
 * ```
 */
export function takeUnit(tokens: readonly Token[]): WithoutUnit {
  let rest = tokens;
  let unit: Unit | null = null;
  let percent = false;
  let scale = 1;
  const money = currency(rest[0]);
  if (money !== undefined && rest.length > 1) {
    unit = { text: money, known: true };
    rest = rest.slice(1);
  } else if (rest[0]?.text === "-" && currency(rest[1]) !== undefined && rest.length > 2) {
    unit = { text: currency(rest[1])!, known: true };
    rest = [rest[0], ...rest.slice(2)];
  }
  if (rest.length > 1 && rest.at(-1)!.text === ".") rest = rest.slice(0, -1);
  const start = wordsFrom(rest);
  if (start < rest.length) {
    const words = rest.slice(start).filter((token) => {
      const factor = token.kind === "text" ? SCALE_WORDS[token.text.toLowerCase()] : undefined;
      if (factor === undefined) return true;
      scale *= factor;
      return false;
    });
    percent = words.some(isPercent);
    const left = words.filter((token) => !isPercent(token));
    if (left.length > 0) unit = readUnit(left);
    rest = rest.slice(0, start);
  }
  while (rest.length > 1 && (isPercent(rest.at(-1)) || currency(rest.at(-1)) !== undefined)) {
    const last = rest.at(-1)!;
    if (isPercent(last)) percent = true;
    else unit = { text: currency(last)!, known: true };
    rest = rest.slice(0, -1);
  }
  const circle = rest.findIndex(({ kind, text }) => kind === "command" && text === "circ");
  if (circle > 0 && unit === null) {
    const bare = rest.slice(circle + 1).every(({ text }) => text === "}");
    const from = rest[circle - 1]!.text === "{" ? circle - 2 : circle - 1;
    if (bare && from > 0 && rest[from]!.text === "^") {
      rest = rest.slice(0, from);
      unit = { text: "deg", known: true };
    }
  }
  return { tokens: rest, unit, percent, scale };
}

/** Where the words at the end begin; the number of tokens where there are none. */
function wordsFrom(tokens: readonly Token[]): number {
  let start = tokens.length;
  for (let at = tokens.length - 1; at > 0; at--) {
    const token = tokens[at]!;
    if (token.kind === "text") start = at;
    else if (!continues(token) && !isPercent(token)) break;
  }
  // `2^{5 \text{ cm}}` has its words inside a group, where they are no unit of the whole.
  let open = 0;
  for (let at = start; at < tokens.length; at++) {
    const { kind, text } = tokens[at]!;
    const before = tokens[at - 1]!.text;
    if (text === "{" || text === "(") open++;
    else if (text === "}" || text === ")") open--;
    const stray = (kind === "number" && !"^{-".includes(before)) ||
      (text === "-" && !"^{".includes(before));
    if (open < 0 || stray) return tokens.length;
  }
  return open === 0 ? start : tokens.length;
}

/** A unit in mathjs's words. */
function readUnit(tokens: readonly Token[]): Unit {
  const spaced = tokens
    .map(({ kind, text }) => text === "cdot" ? "*" : kind === "text" ? ` ${text} ` : text)
    .join("").replaceAll(/[{}]/g, "").replaceAll(/[.,;:]+(?= |$)/g, " ");
  let known = true;
  /** What `square` and `cubic` do to the next word. */
  let next = "";
  const text = spaced.replaceAll(/\p{L}+|[^\s\p{L}]+|\s+/gu, (piece) => {
    const lower = piece.toLowerCase();
    if (lower === "square" || lower === "sq" || lower === "cubic") {
      next = lower === "cubic" ? "^3" : "^2";
      return "";
    }
    if (lower === "squared") return "^2";
    if (lower === "cubed") return "^3";
    if (lower === "per") return "/";
    if (!/^\p{L}/u.test(piece)) return piece;
    const word = Object.hasOwn(UNIT_WORDS, piece)
      ? UNIT_WORDS[piece]
      : Object.hasOwn(UNIT_WORDS, lower)
      ? UNIT_WORDS[lower]
      : undefined;
    if (word === undefined) known = false;
    const power = next;
    next = "";
    return (word ?? piece) + power;
  }).replaceAll(/\s+/g, " ").trim();
  return { text, known };
}
