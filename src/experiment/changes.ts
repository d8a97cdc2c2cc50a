/** @file What differs between two values of plain JSON, leaf by leaf. */
import { canonical } from "./canonical.ts";
import { pathOf, show } from "./problems.ts";

/** One difference. */
export interface Change {
  /** Where, in the notation of an experiment file, e.g. `reward.autojunk`. */
  readonly path: string;
  /** What was there; undefined for nothing. */
  readonly before: unknown;
  /** What is there now; undefined for nothing. */
  readonly after: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The differences between two values, as deep as both have the same structure, keys in alphabetical order. Objects of another `kind`
 * or `domain`, and lists of another length, differ as a whole: their parts would not be comparable. The only value of a list has the
 * list's path.
 *
 * @throws {TypeError} for what is not plain JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const before = { updates: 30, reward: { kind: "similarity", autojunk: true } };
 * const after = { updates: 30, reward: { kind: "similarity", autojunk: false } };
 * assertEquals(changesBetween(before, after), [{ path: "reward.autojunk", before: true, after: false }]);
 * ```
 */
export function changesBetween(before: unknown, after: unknown): Change[] {
  return [...differences(before, after, [])];
}

function* differences(
  before: unknown,
  after: unknown,
  path: readonly PropertyKey[],
): Generator<Change> {
  const comparable = isRecord(before) && isRecord(after) &&
    ["kind", "domain"].every((key) => before[key] === after[key]);
  if (comparable) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of [...keys].sort()) {
      yield* differences(before[key], after[key], [...path, key]);
    }
  } else if (
    Array.isArray(before) && Array.isArray(after) && before.length === after.length
  ) {
    // One value in a list is usually written without it, as one learning rate.
    const bare = before.length === 1 && !isRecord(before[0]);
    for (const [i, item] of before.entries()) {
      yield* differences(item, after[i], bare ? path : [...path, i]);
    }
  } else if (textOf(before) !== textOf(after)) {
    yield { path: path.length > 0 ? pathOf(path) : "", before, after };
  }
}

/** A value's text to compare; JSON has none for what is not there. */
function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonical(value);
}

/**
 * A value of a {@link Change} in a few words: an object by its kind where it has one, a hash by its first digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([undefined, 0.1, { kind: "bleu", order: 4 }].map(valueText), ["none", "0.1", "bleu"]);
 * assertEquals(valueText("5".repeat(64)), "555555555555…");
 * ```
 */
export function valueText(value: unknown): string {
  if (value === undefined) return "none";
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return `${value.slice(0, 12)}…`;
  if (isRecord(value) && typeof value.kind === "string") return value.kind;
  return show(value);
}

/**
 * A change as a sentence's middle.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   changeText({ path: "reward.autojunk", before: true, after: false }),
 *   "reward.autojunk changed: true → false",
 * );
 * ```
 */
export function changeText({ path, before, after }: Change): string {
  const [left, right] = [valueText(before), valueText(after)];
  // Two objects of one kind: the kind alone would say that nothing changed.
  return left === right
    ? `${path} changed: ${show(before)} → ${show(after)}`
    : `${path} changed: ${left} → ${right}`;
}
