/** @file Length of the longest common subsequence, many cells of its table at once. */
import type { ElementPair } from "./elements.ts";

const WORD = 32;

/**
 * Length of the longest common subsequence. The table's rows are computed 32 cells at a time (Crochemore et al. 2001;
 * Hyyrö 2004): length² / 32 steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { internPair } from "./elements.ts";
 *
 * assertEquals(lcsLength(internPair("axbyc", "abcd", "char")), 3);
 * ```
 */
export function lcsLength({ a, b, alphabet }: ElementPair): number {
  const words = Math.ceil(b.length / WORD);
  const masks = new Uint32Array(alphabet * words);
  for (let j = 0; j < b.length; j++) masks[b[j]! * words + (j / WORD | 0)]! |= 1 << j % WORD;
  // A cell's bit is 0 where the row's length is one more than to its left.
  const row = new Uint32Array(words).fill(0xffffffff);
  for (const id of a) {
    if (id < 0) continue;
    let carry = 0;
    for (let w = 0; w < words; w++) {
      const bits = row[w]!;
      const equal = (bits & masks[id * words + w]!) >>> 0;
      const sum = bits + equal + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      row[w] = sum | (bits & ~equal);
    }
  }
  let length = 0;
  for (let j = 0; j < b.length; j++) if ((row[j / WORD | 0]! >>> j % WORD & 1) === 0) length++;
  return length;
}
