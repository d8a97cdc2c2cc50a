/** @file What kind of thing an answer is: a quantity, a list, a set, a tuple or an interval, a relation, words. */
import { readExpression } from "./expression.ts";
import type { Expression } from "./expression_code.ts";
import { compact, normalise } from "./normalise.ts";
import { parseDecimal } from "./rational.ts";
import { MAX_DEPTH } from "./token_cursor.ts";
import { type Token, tokenize } from "./tokens.ts";
import { takeUnit, type Unit } from "./unit.ts";
import { Unreadable } from "./unreadable.ts";

/** An operator between the sides of a relation, LaTeX's name without the backslash; `=` for equality. */
export type Operator = "=" | "approx" | "lt" | "le" | "gt" | "ge" | "ne" | "in" | "equiv";

/** An answer, read. `raw` is its text without white space, for comparing it as text. */
export type AnswerValue =
  & { readonly raw: string }
  & (
    | {
      /** A number, a formula or a matrix. */
      readonly kind: "quantity";
      readonly expression: Expression;
      readonly unit: Unit | null;
      readonly percent: boolean;
    }
    | {
      /** Values next to each other, `1, 2 or 3`, or between set braces. Order says nothing. */
      readonly kind: "list" | "set";
      readonly items: readonly AnswerValue[];
    }
    | {
      /** A tuple, a point or an interval: values in an order, between brackets. */
      readonly kind: "tuple";
      readonly open: string;
      readonly close: string;
      readonly items: readonly AnswerValue[];
    }
    | {
      /** Sets joined by ∪. */
      readonly kind: "union";
      readonly items: readonly AnswerValue[];
    }
    | {
      /** `x = 1`, `0 < x \le 2`, `x \in S`. */
      readonly kind: "relation";
      readonly operators: readonly Operator[];
      readonly sides: readonly AnswerValue[];
    }
    | {
      /** `7:32`. */
      readonly kind: "ratio";
      readonly items: readonly AnswerValue[];
    }
    | {
      /** Words, or what could not be read as anything else, and then why. */
      readonly kind: "text";
      readonly reason: string | null;
    }
  );

/** A quantity, the kind of value that has one number. */
export type Quantity = Extract<AnswerValue, { kind: "quantity" }>;

/** Longer answers are compared as texts only: no benchmark's answer has a tenth of this. */
export const MAX_ANSWER = 4096;

const OPENING = new Set(["(", "[", "{", "\\{", "langle", "lfloor", "lceil", "begin"]);
const CLOSING = new Set([")", "]", "}", "\\}", "rangle", "rfloor", "rceil", "end"]);
const OPERATORS = new Set<string>(["=", "approx", "lt", "le", "gt", "ge", "ne", "in", "equiv"]);

/**
 * Reads an answer as it stands in a box or in a sentence. What is no formula becomes a text with the reason.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(readAnswer(String.raw`x \in [0, 1)`).kind, "relation");
 * assertEquals(readAnswer(String.raw`\{1, 2\} \cup (3, 4)`).kind, "union");
 * assertEquals(readAnswer("1 and 2").kind, "list");
 * assertEquals(readAnswer("Evelyn").kind, "text");
 * ```
 */
export function readAnswer(text: string): AnswerValue {
  if (text.length > MAX_ANSWER) {
    return { kind: "text", raw: text, reason: `longer than ${MAX_ANSWER} characters` };
  }
  const normalised = normalise(text);
  const raw = compact(normalised);
  try {
    const tokens = tokenize(normalised);
    while (tokens.length > 1 && [".", ",", ";", ":", "\\\\"].includes(tokens.at(-1)!.text)) {
      tokens.pop();
    }
    return { ...read(tokens, 0), raw };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "text", raw, reason: error.message };
    throw error;
  }
}

function read(tokens: readonly Token[], depth: number): AnswerValue {
  if (depth > MAX_DEPTH) throw new Unreadable(`nested deeper than ${MAX_DEPTH}`);
  const raw = rawOf(tokens);
  const all = (parts: readonly (readonly Token[])[]) =>
    parts.filter((part) => part.length > 0).map((part) => read(part, depth + 1));
  if (tokens.length === 0) return { kind: "text", raw: "", reason: null };
  for (const separator of [";", ","]) {
    const parts = split(tokens, (token) => token.kind === "sign" && token.text === separator).parts;
    if (parts.length > 1) {
      const items = all(parts);
      return items.length === 1 ? items[0]! : { kind: "list", raw, items };
    }
  }
  const relation = split(
    tokens,
    ({ kind, text }) => (kind === "command" || kind === "sign") && OPERATORS.has(text),
  );
  if (relation.parts.length > 1) {
    if (relation.parts.slice(1).some((part) => part.length === 0)) {
      throw new Unreadable("a relation has nothing on its right");
    }
    // `= 5` and `\approx 5` are 5.
    const sides = all(relation.parts);
    if (sides.length === 1) return sides[0]!;
    if (sides.length < relation.parts.length) {
      throw new Unreadable("a relation has nothing on its left");
    }
    return { kind: "relation", raw, operators: relation.separators as Operator[], sides };
  }
  const ratio = split(tokens, ({ text }) => text === ":").parts;
  if (ratio.length > 1 && ratio.every((part) => part.length > 0)) {
    return { kind: "ratio", raw, items: all(ratio) };
  }
  const union = split(tokens, ({ kind, text }) => kind === "command" && text === "cup").parts;
  if (union.length > 1) return joined(raw, all(union));
  return bracketed(tokens, depth) ?? leaf(tokens, raw);
}

/** The union of sets; finite ones become one. */
function joined(raw: string, items: readonly AnswerValue[]): AnswerValue {
  const finite = items.flatMap((item) => item.kind === "set" ? item.items : []);
  const rest = items.filter(({ kind }) => kind !== "set");
  if (rest.length === 0) return { kind: "set", raw, items: finite };
  if (finite.length === 0) return { kind: "union", raw, items };
  return { kind: "union", raw, items: [...rest, { kind: "set", raw: "", items: finite }] };
}

/** What is between brackets that enclose everything; null where none do. */
function bracketed(tokens: readonly Token[], depth: number): AnswerValue | null {
  const [first, last] = [tokens[0]!, tokens.at(-1)!];
  if (!["(", "[", "{", "\\{", "langle"].includes(first.text) || tokens.length < 2) return null;
  if (![")", "]", "}", "\\}", "rangle"].includes(last.text)) return null;
  let open = 0;
  for (let at = 0; at < tokens.length - 1; at++) {
    if (OPENING.has(tokens[at]!.text)) open++;
    else if (CLOSING.has(tokens[at]!.text)) open--;
    if (open === 0) return null;
  }
  const inner = read(tokens.slice(1, -1), depth + 1);
  const raw = rawOf(tokens);
  if (first.text === "{") return inner;
  const empty = inner.kind === "text" && inner.raw === "";
  const items = empty ? [] : inner.kind === "list" ? inner.items : [inner];
  if (first.text === "\\{") return { kind: "set", raw, items };
  if (items.length < 2) return first.text === "(" || first.text === "[" ? inner : null;
  return {
    kind: "tuple",
    raw,
    open: first.text === "langle" ? "(" : first.text,
    close: last.text === "rangle" ? ")" : last.text,
    items,
  };
}

function leaf(tokens: readonly Token[], raw: string): AnswerValue {
  if (tokens.length === 1 && tokens[0]!.text === "emptyset") return { kind: "set", raw, items: [] };
  if (tokens.length === 1 && tokens[0]!.text === "set R") {
    return {
      kind: "tuple",
      raw,
      open: "(",
      close: ")",
      items: [infinity("(-Infinity)"), infinity("Infinity")],
    };
  }
  if (tokens.every(({ kind }) => kind === "text")) return { kind: "text", raw, reason: null };
  if (tokens.some(({ kind, text }) => kind === "command" && (text === "pm" || text === "mp"))) {
    const signs = (plus: string, minus: string) =>
      tokens.map((token): Token =>
        token.kind !== "command"
          ? token
          : token.text === "pm"
          ? { kind: "sign", text: plus }
          : token.text === "mp"
          ? { kind: "sign", text: minus }
          : token
      );
    return {
      kind: "list",
      raw,
      items: [leaf(signs("+", "-"), raw + "+"), leaf(signs("-", "+"), raw + "-")],
    };
  }
  const { tokens: bare, unit, percent, scale } = takeUnit(tokens);
  let expression: Expression;
  try {
    expression = readExpression(bare);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "text", raw, reason: error.message };
  }
  if (scale !== 1) {
    const factor = parseDecimal(String(scale))!.value;
    expression = {
      ...expression,
      code: `(${expression.code}*${scale})`,
      exact: expression.exact === null
        ? null
        : { n: expression.exact.n * factor.n, d: expression.exact.d },
      place: null,
    };
  }
  return { kind: "quantity", raw, expression, unit, percent };
}

/** An infinite end of an interval. */
export function infinity(code: "Infinity" | "(-Infinity)"): Quantity {
  const expression = { code, exact: null, decimal: false, place: null };
  return { kind: "quantity", raw: "", expression, unit: null, percent: false };
}

function rawOf(tokens: readonly Token[]): string {
  return compact(tokens.map(({ text }) => text).join(""));
}

/** Cuts tokens at the separators that stand in no brackets. */
function split(
  tokens: readonly Token[],
  separates: (token: Token) => boolean,
): { parts: Token[][]; separators: string[] } {
  const parts: Token[][] = [[]];
  const separators: string[] = [];
  let open = 0;
  for (const token of tokens) {
    if (token.kind !== "text" && token.kind !== "name") {
      if (OPENING.has(token.text)) open++;
      else if (CLOSING.has(token.text)) open--;
    }
    if (open === 0 && separates(token)) {
      parts.push([]);
      separators.push(token.text);
    } else parts.at(-1)!.push(token);
  }
  return { parts, separators };
}
