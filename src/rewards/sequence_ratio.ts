/** @file Similarity of two texts, equal to CPython's `difflib.SequenceMatcher` to the last bit. */
import { type ElementPair, internIds, internPair, type Unit } from "./elements.ts";
import { type Found, LongestMatch, type Match, type Range } from "./longest_match.ts";

/** How two texts are compared. */
export interface SequenceOptions {
  /** What is compared: code points (the default) or words between white space. */
  readonly unit?: Unit;
  /**
   * Whether an element that makes up more than about a hundredth of a second text of 200 elements or more is left
   * out of the search for matches. On by default, as in Python.
   */
  readonly autojunk?: boolean;
}

/**
 * `2M / T`: twice the elements in matching blocks over the elements of both texts; 1 for two empty texts. Equal to
 * `difflib.SequenceMatcher(None, a, b, autojunk).ratio()` of CPython for every input, over `list(a)` or `a.split()`.
 * Not symmetric: ties and popular elements depend on which text comes second. The reward of step-wise training has
 * the model's action first and the expert's second.
 *
 * The work list holds ranges instead of calls, so no input recurses deeply.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sequenceRatio("abcd", "bcde"), 0.75);
 * assertEquals(sequenceRatio("so x = 2", "then x = 2", { unit: "word" }), 0.75);
 * ```
 */
export function sequenceRatio(a: string, b: string, options: SequenceOptions = {}): number {
  // Equal texts match as one block whatever is popular: both first longest runs lie at the same place.
  const { unit = "char", autojunk = true } = options;
  const pair = internPair(a, b, unit);
  return a === b ? 1 : pairRatio(pair, autojunk);
}

/**
 * The same of two sequences of numbers, e.g. token ids; none is negative. Both are overwritten.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(idRatio(Int32Array.of(7, 300), Int32Array.of(300, 8), true), 0.5);
 * ```
 */
export function idRatio(a: Int32Array, b: Int32Array, autojunk: boolean): number {
  return pairRatio(internIds(a, b), autojunk);
}

function pairRatio(pair: ElementPair, autojunk: boolean): number {
  const length = pair.a.length + pair.b.length;
  if (length === 0) return 1;
  let matches = 0;
  visitMatches(new LongestMatch(pair, autojunk), pair.a.length, pair.b.length, (match) => {
    matches += match.size;
  });
  return 2 * matches / length;
}

/**
 * The blocks that {@link sequenceRatio} counts, in order, adjacent ones joined, positions in elements of the unit:
 * `get_matching_blocks()` of CPython without its last, empty block.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(matchingBlocks("abxcd", "abcd"), [
 *   { a: 0, b: 0, size: 2 },
 *   { a: 3, b: 2, size: 2 },
 * ]);
 * ```
 */
export function matchingBlocks(a: string, b: string, options: SequenceOptions = {}): Match[] {
  const pair = internPair(a, b, options.unit ?? "char");
  const found: Match[] = [];
  visitMatches(
    new LongestMatch(pair, options.autojunk ?? true),
    pair.a.length,
    pair.b.length,
    (match) => {
      found.push(match);
    },
  );
  found.sort((left, right) => left.a - right.a);
  const blocks: Match[] = [];
  for (const { a, b, size } of found) {
    const last = blocks.at(-1);
    if (last !== undefined && last.a + last.size === a && last.b + last.size === b) {
      blocks[blocks.length - 1] = { ...last, size: last.size + size };
    } else blocks.push({ a, b, size });
  }
  return blocks;
}

/** Finds the longest match of the whole, then of what is left of it and right of it, and so on. */
function visitMatches(
  matcher: LongestMatch,
  aLength: number,
  bLength: number,
  visit: (match: Found) => void,
): void {
  const waiting: { range: Range; bound: number }[] = [
    { range: { alo: 0, ahi: aLength, blo: 0, bhi: bLength }, bound: Infinity },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { alo, ahi, blo, bhi } = next.range;
    const match = matcher.find(next.range, next.bound);
    if (match.size === 0) continue;
    visit(match);
    const aEnd = match.a + match.size;
    const bEnd = match.b + match.size;
    if (alo < match.a && blo < match.b) {
      waiting.push({ range: { alo, ahi: match.a, blo, bhi: match.b }, bound: match.core });
    }
    if (aEnd < ahi && bEnd < bhi) {
      waiting.push({ range: { alo: aEnd, ahi, blo: bEnd, bhi }, bound: match.core });
    }
  }
}
