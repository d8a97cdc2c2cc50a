/** @file How many n-grams two sequences share. */
import type { ElementPair } from "./elements.ts";

/** Counts of one order. */
export interface NgramCount {
  /** N-grams of the first sequence. */
  readonly a: number;
  /** N-grams of the second. */
  readonly b: number;
  /** N-grams that both have, each as often as the sequence with fewer of them. */
  readonly matched: number;
}

/**
 * Shared n-grams of every order from 1, up to the last that one of the sequences has. An n-gram is numbered by the one before it and its last element, so that nothing
 * is built per n-gram: one pass an order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { internPair } from "./elements.ts";
 *
 * assertEquals(ngramMatches(internPair("abab", "abc", "char"), 2), [
 *   { a: 4, b: 3, matched: 2 },
 *   { a: 3, b: 2, matched: 1 },
 * ]);
 * ```
 */
export function ngramMatches({ a, b, alphabet }: ElementPair, orders: number): NgramCount[] {
  const found: NgramCount[] = [];
  let [aIds, bIds, ids] = [a, b, alphabet];
  for (let order = 1; order <= orders && aIds.length + bIds.length > 0; order++) {
    const left = new Int32Array(ids);
    for (const id of bIds) left[id]!++;
    let matched = 0;
    for (const id of aIds) {
      if (id < 0 || left[id] === 0) continue;
      left[id]!--;
      matched++;
    }
    found.push({ a: aIds.length, b: bIds.length, matched });
    // Below 2⁵³: both factors are lengths of a text.
    const key = (id: number, element: number) => id * alphabet + element;
    const numbers = new Map<number, number>();
    const bNext = new Int32Array(Math.max(0, bIds.length - 1));
    for (let i = 0; i < bNext.length; i++) {
      const name = key(bIds[i]!, b[i + order]!);
      let id = numbers.get(name);
      if (id === undefined) numbers.set(name, id = numbers.size);
      bNext[i] = id;
    }
    const aNext = new Int32Array(Math.max(0, aIds.length - 1));
    for (let i = 0; i < aNext.length; i++) {
      const [id, element] = [aIds[i]!, a[i + order]!];
      aNext[i] = id < 0 || element < 0 ? -1 : numbers.get(key(id, element)) ?? -1;
    }
    [aIds, bIds, ids] = [aNext, bNext, numbers.size];
  }
  return found;
}
