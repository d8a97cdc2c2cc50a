/** @file Whether a prediction is the expected answer, whatever kind of thing both are. */
import { type AnswerValue, infinity, type Operator, type Quantity } from "./answer_value.ts";
import { compareQuantities, spend, type Tolerance } from "./compare_quantities.ts";
import { factorBetween } from "./evaluate.ts";
import { Unreadable } from "./unreadable.ts";

/** Which comparison decided. */
export type How =
  | "string"
  | "choice"
  | "number"
  | "expression"
  | "unit"
  | "set"
  | "tuple"
  | "relation"
  | "text"
  | "kind";

/** The result of a comparison. */
export interface Comparison {
  /** Whether the prediction is the expected answer. */
  readonly equal: boolean;
  /** Which comparison said so; `kind` where the two are different kinds of things. */
  readonly how: How;
}

type Relation = Extract<AnswerValue, { kind: "relation" }>;
type Items = Extract<AnswerValue, { items: readonly AnswerValue[] }>;

/** More values than this are not compared, because matching takes the square of their number. */
const MAX_ITEMS = 100;

/** Relative error of ratios of formulas in double precision. */
const DOUBLE = 1e-9;

/**
 * Compares a prediction with the expected answer. The two are not on a par:
 *
 * - an expected value is met by a chain of equations that ends in it (`x = 3 + 2 = 5` for 5), and an expected `x = 5` by 5, but an expected
 *   equation such as `2x + z = 1` is met by an equivalent equation only;
 * - an expected inequality is met by its interval, but an expected interval not by an inequality: else a problem that asks to solve
 *   an inequality would be solved by repeating it;
 * - an expected tuple is met by its values in that order, an expected list or set in any order; a single value is never met by
 *   several.
 *
 * @throws {Unreadable} Where there are more than 100 values, or nothing is left of the budget.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readAnswer } from "./answer_value.ts";
 *
 * const tolerance = { relative: 1e-6, rounded: false, budget: { left: 100 } };
 * const equal = (gold: string, prediction: string) =>
 *   compare(readAnswer(gold), readAnswer(prediction), tolerance).equal;
 * assertEquals([equal("1, 2", "2 and 1"), equal("(1, 2)", "(2, 1)")], [true, false]);
 * ```
 */
export function compare(
  gold: AnswerValue,
  prediction: AnswerValue,
  tolerance: Tolerance,
): Comparison {
  if (gold.raw !== "" && gold.raw === prediction.raw) return { equal: true, how: "string" };
  const [g, p] = [single(gold), single(prediction)];
  if (g !== gold || p !== prediction) return compare(g, p, tolerance);
  if (g.kind === "relation") return compareWithRelation(g, p, tolerance);
  if (p.kind === "relation") {
    const value = valueSide(p);
    return value === null ? { equal: false, how: "relation" } : compare(g, value, tolerance);
  }
  if (g.kind === "quantity" && p.kind === "quantity") return compareQuantities(g, p, tolerance);
  if ("items" in g && "items" in p) return compareItems(g, p, tolerance);
  if (g.kind === "text" || p.kind === "text") return compareTexts(g.raw, p.raw);
  return { equal: false, how: "kind" };
}

/** A list or set of one is that one. */
function single(value: AnswerValue): AnswerValue {
  return (value.kind === "list" || value.kind === "set") && value.items.length === 1
    ? value.items[0]!
    : value;
}

/** Words are the same whatever their case; a single letter is not, because x and X are two variables. */
function compareTexts(gold: string, prediction: string): Comparison {
  const words = (text: string) => text.replaceAll(/[\s"'`*_{}()\\.]/g, "").toLowerCase();
  const plain = words(gold);
  return { equal: plain.length > 1 && plain === words(prediction), how: "text" };
}

/** Lists within lists and sets become one, as `\{1 \pm \sqrt{5}, -2\}` has three elements. */
function flat(items: readonly AnswerValue[]): AnswerValue[] {
  return items.flatMap((item) => item.kind === "list" ? flat(item.items) : [item]);
}

function compareItems(gold: Items, prediction: Items, tolerance: Tolerance): Comparison {
  if (Math.max(gold.items.length, prediction.items.length) > MAX_ITEMS) {
    throw new Unreadable(`more than ${MAX_ITEMS} values`);
  }
  const [g, p] = [gold.kind, prediction.kind];
  const isBag = (kind: string) => kind === "list" || kind === "set";
  if (isBag(g) && isBag(p)) {
    // Several solutions of several variables each stay apart: p = 5, q = 2; p = 7, q = 2.
    const nested = gold.items.some(({ kind }) => kind === "list") &&
      prediction.items.some(({ kind }) => kind === "list" || kind === "tuple");
    return nested
      ? { equal: sameBag(gold.items, prediction.items, tolerance), how: "set" }
      : { equal: sameBag(flat(gold.items), flat(prediction.items), tolerance), how: "set" };
  }
  if (g === "tuple" && p === "list" || g === "list" && p === "tuple") {
    const tuple = gold.kind === "tuple" ? gold : prediction;
    const ordinary = tuple.kind === "tuple" && tuple.open === "(" && tuple.close === ")";
    return {
      equal: ordinary && sameSequence(gold.items, prediction.items, tolerance),
      how: "tuple",
    };
  }
  if (gold.kind === "tuple" && prediction.kind === "tuple") {
    // Two values between brackets may be an interval; three are a vector, whatever the brackets.
    const brackets = gold.items.length > 2 ||
      (gold.open === prediction.open && gold.close === prediction.close);
    return {
      equal: brackets && sameSequence(gold.items, prediction.items, tolerance),
      how: "tuple",
    };
  }
  if (g === "union" && p === "union") {
    return { equal: sameBag(gold.items, prediction.items, tolerance), how: "set" };
  }
  if (g === "ratio" && p === "ratio") {
    return {
      equal: sameSequence(gold.items, prediction.items, tolerance) ||
        sameRatio(gold.items, prediction.items),
      how: "number",
    };
  }
  return { equal: false, how: "kind" };
}

function sameSequence(
  gold: readonly AnswerValue[],
  prediction: readonly AnswerValue[],
  tolerance: Tolerance,
): boolean {
  return gold.length === prediction.length &&
    gold.every((item, at) => sameItem(item, prediction[at]!, tolerance));
}

/** Whether all parts are multiplied by one number: 1:2 and 2:4. With a part that is 0, 12:00, it is a time and no ratio. */
function sameRatio(gold: readonly AnswerValue[], prediction: readonly AnswerValue[]): boolean {
  const codes = (items: readonly AnswerValue[]) =>
    items.flatMap((item) => item.kind === "quantity" ? [item.expression.code] : []);
  const [a, b] = [codes(gold), codes(prediction)];
  if (a.length !== gold.length || a.length !== b.length || b.length !== prediction.length) {
    return false;
  }
  const factor = factorBetween(a[0]!, b[0]!, DOUBLE);
  return factor !== null && a.every((code, at) => {
    const other = factorBetween(code, b[at]!, DOUBLE);
    return other !== null && Math.abs(other - factor) <= DOUBLE * Math.abs(factor);
  });
}

/** Each item once, in any order. */
function sameBag(
  gold: readonly AnswerValue[],
  prediction: readonly AnswerValue[],
  tolerance: Tolerance,
): boolean {
  const expected = distinct(gold, tolerance);
  const left = distinct(prediction, tolerance);
  if (expected.length !== left.length) return false;
  for (const item of expected) {
    const found = left.findIndex((candidate) => sameItem(item, candidate, tolerance));
    if (found === -1) return false;
    left.splice(found, 1);
  }
  return true;
}

/** Two items of lists: where both say of what they are the value, it must be of the same. */
function sameItem(gold: AnswerValue, prediction: AnswerValue, tolerance: Tolerance): boolean {
  if (gold.kind === "relation" && prediction.kind === "relation") {
    const names = [gold.sides[0]!, prediction.sides[0]!] as const;
    if (isName(names[0]) && isName(names[1]) && !compare(...names, tolerance).equal) return false;
  }
  return compare(gold, prediction, tolerance).equal;
}

function distinct(items: readonly AnswerValue[], tolerance: Tolerance): AnswerValue[] {
  const kept: AnswerValue[] = [];
  for (const item of items) {
    if (!kept.some((other) => sameItem(other, item, tolerance))) kept.push(item);
  }
  return kept;
}

/** Whether a side names something rather than saying how much: x, f(x), |AB|, V_1:V_2, (p, q), "area". */
function isName(side: AnswerValue): boolean {
  if (side.kind === "text") return true;
  if (side.kind === "tuple" || side.kind === "ratio" || side.kind === "list") {
    return side.items.every(isName);
  }
  if (side.kind !== "quantity") return false;
  const code = side.expression.code.replaceAll(/f_\w+\((?:[^()]|\([^()]*\))*\)/g, "v_f");
  return /v_/.test(code) && !/[-+]/.test(code) && !/(?<![\w])\d/.test(code);
}

/** What a chain of equations or a membership says that something is; null where it is neither. */
function valueSide({ operators, sides }: Relation): AnswerValue | null {
  if (operators.length === 1 && operators[0] === "in") return sides[1]!;
  if (!operators.every((operator) => operator === "=" || operator === "approx")) return null;
  // Of `x = 1/3 \approx 0.33` the exact value counts, of `x \approx 0.33` the only one.
  const rounded = operators.indexOf("approx");
  const last = rounded > 0 ? rounded : sides.length - 1;
  if (last === 1 && isName(sides[1]!) && !isName(sides[0]!)) return sides[0]!;
  return sides[last]!;
}

function compareWithRelation(
  gold: Relation,
  prediction: AnswerValue,
  tolerance: Tolerance,
): Comparison {
  const how = "relation";
  const equation = gold.operators.every((operator) => operator === "=" || operator === "approx");
  if (prediction.kind === "relation") {
    const same = sameRelation(gold, prediction, tolerance);
    if (same) return { equal: true, how };
    const [expected, found] = [assigned(gold), assigned(prediction)];
    if (expected !== null && found !== null) return compare(expected, found, tolerance);
    const interval = asInterval(gold);
    if (interval !== null && prediction.operators[0] === "in") {
      return compare(interval, prediction.sides[1]!, tolerance);
    }
    return { equal: false, how };
  }
  if (equation || gold.operators[0] === "in") {
    const value = assigned(gold);
    return value === null ? { equal: false, how } : compare(value, prediction, tolerance);
  }
  const interval = asInterval(gold);
  return interval === null ? { equal: false, how } : compare(interval, prediction, tolerance);
}

/** The value of a relation that assigns one to a name; null for other equations. */
function assigned(relation: Relation): AnswerValue | null {
  const { sides, operators } = relation;
  if (operators[0] === "in" || sides.length > 2) return valueSide(relation);
  return isName(sides[0]!) || (isName(sides[1]!) && sides[0]!.kind === "quantity")
    ? valueSide(relation)
    : null;
}

/** One comparison of a chain, as `difference operator 0`. */
interface Link {
  readonly operator: "=" | "<" | "≤" | "≠";
  readonly difference: string;
}

/** The links of a chain, greater-than turned round; null where a side is no formula or the operator none of these. */
function links({ operators, sides }: Relation): Link[] | null {
  const result: Link[] = [];
  for (const [at, operator] of operators.entries()) {
    const [left, right] = [sides[at]!, sides[at + 1]!];
    if (left.kind !== "quantity" || right.kind !== "quantity") return null;
    const turned = operator === "gt" || operator === "ge";
    const [a, b] = (turned ? [right, left] : [left, right]).map((side) =>
      (side as Quantity).expression.code
    );
    const sign = ({ "=": "=", approx: "=", lt: "<", gt: "<", le: "≤", ge: "≤", ne: "≠" } as const)[
      operator as Exclude<Operator, "in" | "equiv">
    ];
    if (sign === undefined) return null;
    result.push({ operator: sign, difference: `((${a})-(${b}))` });
  }
  return result;
}

/** Whether two relations hold for the same points: their differences are multiples of each other. */
function sameRelation(gold: Relation, prediction: Relation, tolerance: Tolerance): boolean {
  const [expected, found] = [links(gold), links(prediction)];
  if (expected === null || found === null || expected.length !== found.length) return false;
  const left = [...found];
  for (const { operator, difference } of expected) {
    const at = left.findIndex((link) => {
      if (link.operator !== operator || !/[vf]_/.test(difference)) return false;
      spend(tolerance.budget);
      const factor = factorBetween(difference, link.difference, DOUBLE);
      return factor !== null && (factor > 0 || operator === "=" || operator === "≠");
    });
    if (at === -1) return false;
    left.splice(at, 1);
  }
  return true;
}

/** The interval in which an inequality puts a name; null where it is no such inequality. */
function asInterval({ operators, sides }: Relation): AnswerValue | null {
  const down = operators.every((operator) => operator === "gt" || operator === "ge");
  const up = operators.every((operator) => operator === "lt" || operator === "le");
  if (operators.length > 2 || !(up || down)) return null;
  const [first, second] = down ? [...operators].reverse() : operators;
  const ordered = down ? [...sides].reverse() : sides;
  const name = ordered.length === 3 ? 1 : isName(ordered[0]!) ? 0 : 1;
  if (!isName(ordered[name]!)) return null;
  const [low, high] = [ordered[name - 1], ordered[name + 1]];
  const closed = (operator: Operator | undefined) => operator === "le" || operator === "ge";
  const [before, after] = [name === 1 ? first : undefined, name === 1 ? second : first];
  return {
    kind: "tuple",
    raw: "",
    open: closed(before) ? "[" : "(",
    close: closed(after) ? "]" : ")",
    items: [low ?? infinity("(-Infinity)"), high ?? infinity("Infinity")],
  };
}
