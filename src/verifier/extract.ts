/** @file Finding the final answer in what a model wrote. */
import { type Box, findBoxes } from "../data/answer_extraction.ts";
import { readAnswer } from "./answer_value.ts";
import { PERCENT_WORDS, SCALE_WORDS, UNIT_WORDS } from "./unit_words.ts";

/** Where an answer was found. */
export type Found = "box" | "phrase" | "whole" | "formula" | "number" | "letter";

/** An answer as found in a text. */
export interface Extraction {
  /** The answer's text. */
  readonly text: string;
  /** Where it stood. */
  readonly found: Found;
}

/** A text of at most this length may be an answer as a whole. */
const SHORT = 200;

/** Of a sentence that says what the answer is, so much is read. */
const SENTENCE = 400;

/** An answer has at most so many boxes; a thousand of them are joined in the square of that. */
const MAX_PARTS = 64;

/** Boxes at most this far apart are one answer of several parts. */
const GAP = 24;

const PHRASE =
  /(?:\b(?:answers?|result|solution)(?:\s{1,9}is|\s{1,9}are|\s{0,9}[:=])|####)[\s:=*]{0,20}/gi;
const LETTER = /(?<![\p{L}\p{N}])(?:\(([A-Ja-j])\)|([A-J])(?![\p{L}\p{N}'’]))/gu;
const NUMBER =
  /(?<![\p{L}\p{N}_^])(?<!\p{L}[-−])[-−]?[$€£]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:,\d+(?![\d,]))?|(?=\.\d))(?:\.\d+)?(?:[eE][-+]?\d{1,4})?(?:\s?\/\s?\d+)?(?:\s{0,2}(?:\\?%|percent\b|pct\b))?/gu;
/** Words in formulas, besides single letters, products of two and units. */
const MATH_WORDS = new Set(
  ("sin cos tan sec csc cot arcsin arccos arctan sinh cosh tanh ln log exp sqrt abs floor ceil det gcd lcm max min pi and or " +
    "infinity inf np math alpha beta gamma delta theta lambda mu omega phi rho sigma").split(" "),
);
/** Words of two letters that are no product of variables. */
const PROSE = new Set(
  "an as at be by do he if in is it me my no of on so to up us we it".split(" "),
);
/** Where the explanation of an answer begins. */
const EXPLANATION = /,?\s{1,9}(?:because|since|which|where|when|so that|for which)\b/i;

/**
 * Finds the final answer: the last `\boxed{}` (with the boxes right before it, when only a few characters are between them), else what
 * follows the last "answer is", "Answer:" or `####`, else the text itself when it is short and reads as mathematics, else the last
 * formula between dollar signs or brackets or the last number, whichever comes later. Of the choices of a question the last letter.
 * Nothing but the text is looked at, so a prediction cannot be read in favour of what is expected.
 *
 * @param text What was written; any length, in one pass.
 * @param options `choice`: whether the question is answered with a letter.
 * @returns null where there is no box, no phrase, no formula and no number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(extractAnswer(String.raw`So \boxed{\frac{1}{2}}.`), { text: "\\frac{1}{2}", found: "box" });
 * assertEquals(extractAnswer("The answer is 1,000 metres. I hope so."), { text: "1,000 metres", found: "phrase" });
 * assertEquals(extractAnswer("From 3 apples 2 are left"), { text: "2", found: "number" });
 * ```
 */
export function extractAnswer(text: string, options: { choice?: boolean } = {}): Extraction | null {
  const boxed = lastBoxes(text);
  if (boxed !== null) return { text: boxed, found: "box" };
  const sentence = afterPhrase(text);
  if (options.choice) {
    const letter = lastLetter(sentence ?? text) ?? lastLetter(text);
    return letter === null ? null : { text: letter, found: "letter" };
  }
  if (sentence !== null) {
    const inside = reads(sentence) ? sentence : lastFormula(sentence)?.text ?? sentence;
    return { text: inside, found: "phrase" };
  }
  const whole = text.trim();
  if (whole.length <= SHORT && reads(whole)) return { text: whole, found: "whole" };
  return lastFormula(text);
}

/** Whether a short text is mathematics all through, perhaps with a unit or a noun after it, or a single word. */
function reads(text: string): boolean {
  if (text.length > SHORT || text === "") return false;
  const plain = text.replaceAll(
    /\\(?:text|mbox|mathrm|operatorname)\s?\{[^{}]*\}|\\[a-zA-Z]+/g,
    " ",
  );
  if (!/[\d=<>\\$^]/.test(text)) return plain.trim().split(/\s+/).length === 1;
  const tail = /[\d}$)²³][^\d}$)²³]*$/.exec(plain)?.index ?? plain.length;
  for (const { 0: word, index } of plain.matchAll(/\p{L}+/gu)) {
    const lower = word.toLowerCase();
    const known = MATH_WORDS.has(lower) || PERCENT_WORDS.has(lower) ||
      Object.hasOwn(SCALE_WORDS, lower) ||
      Object.hasOwn(UNIT_WORDS, word) || word === word.toUpperCase() ||
      (word.length <= 2 && !PROSE.has(lower));
    if (!known && index < tail) return false;
  }
  if ((plain.slice(tail).match(/\p{L}+/gu)?.length ?? 0) > 4) return false;
  const value = readAnswer(text);
  return value.kind !== "text" || value.reason === null;
}

/** The content of the last box, with those right before it. */
function lastBoxes(written: string): string | null {
  // JSON that was escaped twice has two backslashes.
  const text = written.includes("\\\\boxed")
    ? written.replaceAll(/(?<!\\)\\\\(?=boxed)/g, "\\")
    : written;
  const boxes: Box[] = [];
  for (const box of findBoxes(text)) {
    // A box around boxes is the text of the last of them.
    if ((boxes.at(-1)?.from ?? -1) < box.start) boxes.push(box);
  }
  if (boxes.length === 0) return null;
  const content = ({ start, end }: Box) => text.slice(start, end).trim();
  const parts = [content(boxes.at(-1)!)];
  for (let at = boxes.length - 1; at > 0 && parts.length < MAX_PARTS; at--) {
    const [previous, box] = [boxes[at - 1]!, boxes[at]!];
    const gap = text.slice(previous.end + 1, box.from);
    if (!connects(gap)) break;
    const part = content(previous);
    if (!parts.includes(part)) parts.unshift(part);
  }
  if (parts.length > 1) return parts.join(", ");
  // `\boxed{28}\%` and `\boxed{5} percent`: what follows says what the number is.
  const percent = /^[\s$)\\]{0,4}(?:%|percent\b|pct\b|percentage\b)/.test(
    text.slice(boxes.at(-1)!.end + 1).slice(0, 20),
  );
  return percent && !/%|percent|pct/.test(parts[0]!) ? `${parts[0]!}\\%` : parts[0]!;
}

/** Whether what is between two boxes only joins them: signs, or a few words with "and", "or" or a comma. */
function connects(gap: string): boolean {
  if (gap.length > 3 * GAP || /\n\s*\n|[.!?]\s+\S/.test(gap)) return false;
  const words = gap
    .replaceAll(/\\(?:text|mbox|quad|qquad|[()\[\],; ])|[${}]/g, "")
    // `x = \boxed{1}, y = \boxed{2}`: the name of the next one.
    .replace(/[a-zA-Z](?:_\w{1,3})?\s*=\s*$/, "")
    .trim();
  if (!/[\p{L}\d=]/u.test(words)) return true;
  return words.length <= GAP && !/[\d=\\]/.test(words) && /,|\b(?:and|or)\b/i.test(words);
}

/** What the last sentence says that the answer is. */
function afterPhrase(text: string): string | null {
  let end = -1;
  for (const match of text.matchAll(PHRASE)) end = match.index + match[0].length;
  if (end === -1) return null;
  const rest = text.slice(end, end + SENTENCE).replace(/^[\s"'*]+/, "");
  // A formula set on lines of its own is taken whole.
  const display = /^(?:\$\$|\\\[)/.exec(rest);
  if (display !== null) {
    const close = rest.indexOf(display[0] === "$$" ? "$$" : "\\]", 2);
    if (close !== -1) return rest.slice(2, close).trim();
  }
  const stop = /\n|[.!?](?=\s|$)|<\||\*\*/.exec(rest);
  const said = rest.slice(0, stop?.index ?? rest.length);
  const sentence = said.slice(0, EXPLANATION.exec(said)?.index ?? said.length)
    .replace(/^(?:simply|therefore|thus|given by|equal to)[ :]/i, "").trim();
  return sentence.replace(/[\s"'*,;:]+$/, "").trim() || null;
}

function lastLetter(text: string): string | null {
  const first = /^\s{0,9}\(?([A-J])[).:]/.exec(text);
  if (first !== null) return first[1]!;
  let letter: string | null = null;
  for (const [, enclosed, plain] of text.matchAll(LETTER)) {
    // "A" and "I" are words in sentences.
    if (enclosed !== undefined) letter = enclosed.toUpperCase();
    else if (plain !== undefined && !/^[AI]$/.test(plain)) letter = plain;
    else if (plain === "A" && letter === null) letter = plain;
  }
  return letter;
}

/** The last formula or the last number, whichever is later. */
function lastFormula(text: string): Extraction | null {
  let formula: { text: string; end: number } | null = null;
  for (const span of formulas(text)) {
    // A formula that only names a variable is no answer.
    if (
      /\d|[=<>]|\\(?:text|mathrm|in|le|ge|infty|pi|sqrt|frac)\b/.test(span.text) || formula === null
    ) formula = span;
  }
  let number: { text: string; end: number } | null = null;
  for (const match of text.matchAll(NUMBER)) {
    if (match[0] !== "") number = { text: match[0], end: match.index + match[0].length };
  }
  if (formula !== null && (number === null || formula.end >= number.end)) {
    const percent = /^\s{0,2}(?:\\?%|percent\b|pct\b)/.exec(
      text.slice(formula.end, formula.end + 12),
    );
    return { text: formula.text + (percent === null ? "" : "\\%"), found: "formula" };
  }
  return number === null ? null : { text: number.text, found: "number" };
}

const DELIMITER = /\\[^]|\${1,2}/g;

/** Formulas between `$`, `$$`, `\( \)` and `\[ \]`, in one pass; `end` is behind the closing delimiter. */
function* formulas(text: string): Generator<{ text: string; end: number }> {
  const closing: Record<string, string> = { "\\(": "\\)", "\\[": "\\]", "$": "$", "$$": "$$" };
  let open: { sign: string; start: number } | null = null;
  for (const match of text.matchAll(DELIMITER)) {
    const sign = match[0];
    if (open !== null && sign === closing[open.sign]) {
      const inside = text.slice(open.start, match.index);
      // A dollar sign may be money: prose between two of them is no formula.
      const money = sign === "$" &&
        (inside.includes("\n") || /[a-z]{3,} [a-z]{2,} /i.test(inside.slice(0, SENTENCE)));
      if (money) {
        open = { sign, start: match.index + 1 };
        continue;
      }
      if (inside.trim() !== "") yield { text: inside.trim(), end: match.index + sign.length };
      open = null;
    } else if (sign in closing && (open === null || sign.startsWith("\\"))) {
      open = { sign, start: match.index + sign.length };
    }
  }
}
