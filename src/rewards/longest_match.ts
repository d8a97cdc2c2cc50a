/** @file Longest contiguous match of two sequences: the rule of CPython's `SequenceMatcher.find_longest_match`. */
import type { ElementPair } from "./elements.ts";
import { SuffixAutomaton } from "./suffix_automaton.ts";

/**
 * How many pairs of equal elements a search visits for each element of its range before it starts again with the
 * suffix automaton, whose cost does not depend on them. Pairs are cheap: sparse ranges, the usual case, never
 * get there.
 */
const PAIRS_PER_ELEMENT = 32;

/** A contiguous run that both sequences share. */
export interface Match {
  /** Start in the first sequence, counted in elements. */
  readonly a: number;
  /** Start in the second sequence. */
  readonly b: number;
  /** Length in elements. */
  readonly size: number;
}

/** A part of both sequences, ends excluded. */
export interface Range {
  /** Start in the first sequence. */
  readonly alo: number;
  /** End in the first sequence. */
  readonly ahi: number;
  /** Start in the second sequence. */
  readonly blo: number;
  /** End in the second sequence. */
  readonly bhi: number;
}

/** A match, with what it proves about the ranges beside it. */
export interface Found extends Match {
  /**
   * Length of the run before it was extended over popular elements. No part of the searched range holds a
   * longer run, so it bounds every later search in there.
   */
  readonly core: number;
}

/**
 * Finds longest matches within parts of one pair of sequences.
 *
 * The rule, tie-breaking included: of all runs of equal, unpopular elements take the longest, of those the one
 * that starts first in `a`, of those the one that starts first in `b`; then extend it to both sides while
 * elements are equal, popular or not. An element is popular if `autojunk` is on, `b` has at least 200 elements, and
 * it occurs in `b` more than once in a hundred, plus one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { internPair } from "./elements.ts";
 *
 * const matcher = new LongestMatch(internPair(" abcd", "abcd abcd", "char"), false);
 * assertEquals(matcher.find({ alo: 0, ahi: 5, blo: 0, bhi: 9 }, Infinity), {
 *   a: 0,
 *   b: 4,
 *   size: 5,
 *   core: 5,
 * });
 * ```
 */
export class LongestMatch {
  readonly #a: Int32Array;
  readonly #b: Int32Array;
  /** `#positions[#starts[id] … #ends[id]]` are the places of an element in `b`, ascending; none if popular. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #positions: Int32Array;
  /** Run lengths by end in `b`, shifted by one, for the current and the previous element of `a`. All zero between calls. */
  readonly #row: Int32Array;
  readonly #previousRow: Int32Array;
  /** For dense ranges only, so made when the first of them is met; with `a` as it sees it: popular elements are -1. */
  #dense: { readonly automaton: SuffixAutomaton; readonly a: Int32Array } | undefined;

  /**
   * Indexes the second sequence.
   *
   * @param pair Both sequences, see `internPair`.
   * @param autojunk Whether popular elements are left out of the search.
   */
  constructor(pair: ElementPair, autojunk: boolean) {
    const { a, b, alphabet } = pair;
    this.#a = a;
    this.#b = b;
    // One allocation for all: for short texts, allocating costs more than searching.
    const length = b.length;
    const memory = new Int32Array(2 * alphabet + 3 * length + 2);
    let used = 0;
    const take = (size: number) => memory.subarray(used, used += size);
    const starts = this.#starts = take(alphabet);
    const ends = this.#ends = take(alphabet);
    const positions = this.#positions = take(length);
    this.#row = take(length + 1);
    this.#previousRow = take(length + 1);
    for (let j = 0; j < length; j++) starts[b[j]!]!++;
    for (let id = 0, start = 0; id < alphabet; id++) {
      const count = starts[id]!;
      starts[id] = ends[id] = start;
      start += count;
    }
    for (let j = 0; j < length; j++) positions[ends[b[j]!]!++] = j;
    if (autojunk && length >= 200) {
      const most = Math.floor(length / 100) + 1;
      for (let id = 0; id < alphabet; id++) {
        if (ends[id]! - starts[id]! > most) ends[id] = starts[id]!;
      }
    }
  }

  /**
   * The longest match in a range; `size` is 0 where there is none.
   *
   * @param bound A length that no run in the range exceeds (`core` of a search around it, or Infinity): the search
   * ends at the first run of that length, which is the one that the rule picks.
   */
  find(range: Range, bound: number): Found {
    const { alo, ahi, blo, bhi } = range;
    const core = this.#findCore(range, Math.min(bound, ahi - alo, bhi - blo));
    const a = this.#a;
    const b = this.#b;
    let { a: i, b: j, size } = core;
    while (i > alo && j > blo && a[i - 1] === b[j - 1]) {
      i--;
      j--;
      size++;
    }
    while (i + size < ahi && j + size < bhi && a[i + size] === b[j + size]) size++;
    return { a: i, b: j, size, core: core.size };
  }

  #findCore({ alo, ahi, blo, bhi }: Range, bound: number): Match {
    let bestA = alo;
    let bestB = blo;
    let bestSize = 0;
    const positions = this.#positions;
    let row = this.#row;
    let previousRow = this.#previousRow;
    let previousFrom = 0;
    let previousTo = 0;
    let pairsLeft = PAIRS_PER_ELEMENT * (ahi - alo + bhi - blo);
    for (let i = alo; i < ahi && bestSize < bound; i++) {
      const id = this.#a[i]!;
      const end = id < 0 ? 0 : this.#ends[id]!;
      const from = id < 0 ? 0 : firstAtLeast(positions, this.#starts[id]!, end, blo);
      let to = from;
      for (; to < end; to++) {
        const j = positions[to]!;
        if (j >= bhi) break;
        const size = previousRow[j]! + 1;
        row[j + 1] = size;
        if (size > bestSize) {
          bestA = i - size + 1;
          bestB = j - size + 1;
          bestSize = size;
        }
      }
      for (let p = previousFrom; p < previousTo; p++) previousRow[positions[p]! + 1] = 0;
      [row, previousRow] = [previousRow, row];
      previousFrom = from;
      previousTo = to;
      pairsLeft -= to - from;
      if (pairsLeft < 0) break;
    }
    for (let p = previousFrom; p < previousTo; p++) previousRow[positions[p]! + 1] = 0;
    return pairsLeft < 0 && bestSize < bound
      ? this.#findDenseCore({ alo, ahi, blo, bhi }, bound)
      : { a: bestA, b: bestB, size: bestSize };
  }

  #findDenseCore({ alo, ahi, blo, bhi }: Range, bound: number): Match {
    this.#dense ??= {
      automaton: new SuffixAutomaton(this.#b, this.#ends.length),
      a: this.#a.map((id) => id < 0 || this.#starts[id] === this.#ends[id] ? -1 : id),
    };
    const { automaton, a } = this.#dense;
    automaton.build(blo, bhi);
    return automaton.longest(a, alo, ahi, bound);
  }
}

/** First index in `from … to` of an ascending array whose value is at least `least`; `to` where there is none. */
function firstAtLeast(values: Int32Array, from: number, to: number, least: number): number {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (values[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
