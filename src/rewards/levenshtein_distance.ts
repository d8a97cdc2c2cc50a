/** @file Edit distance of two texts, many cells of its table at once. */
import { elementsOf, internIds } from "./elements.ts";

/** Rows of the table that one 32-bit word holds. */
const WORD = 32;

/**
 * Fewest insertions, deletions and substitutions of code points that make one text the other (Levenshtein 1966). The
 * table's columns are computed 32 rows at a time from the differences between neighbours (Myers 1999; in blocks, Hyyrö
 * 2003): about length² / 32 steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(levenshteinDistance("kitten", "sitting"), 3);
 * ```
 */
export function levenshteinDistance(a: string, b: string): number {
  const [first, second] = [elementsOf(a, "char"), elementsOf(b, "char")];
  let [from, aEnd, bEnd] = [0, first.length, second.length];
  while (from < aEnd && from < bEnd && first[from] === second[from]) from++;
  while (from < aEnd && from < bEnd && first[aEnd - 1] === second[bEnd - 1]) {
    aEnd--;
    bEnd--;
  }
  const [x, y] = [first.subarray(from, aEnd), second.subarray(from, bEnd)];
  const [text, pattern] = x.length < y.length ? [y, x] : [x, y];
  if (pattern.length === 0) return text.length;
  const { a: columns, b: rows, alphabet } = internIds(text, pattern);
  return lastCell(columns, rows, alphabet);
}

/** The last cell of the table with a row for each element of `rows`, a column for each of `columns`. */
function lastCell(columns: Int32Array, rows: Int32Array, alphabet: number): number {
  const words = Math.ceil(rows.length / WORD);
  // Bit i of an element's mask is set where row i holds that element; those of -1 are all 0.
  const masks = new Int32Array((alphabet + 1) * words);
  for (let i = 0; i < rows.length; i++) {
    masks[rows[i]! * words + (i / WORD | 0)]! |= 1 << i % WORD;
  }
  // Whether the difference to the cell above is +1, and whether it is -1. The first column counts up.
  const plus = new Int32Array(words).fill(-1);
  const minus = new Int32Array(words);
  let last = rows.length;
  for (let j = 0; j < columns.length; j++) {
    const base = (columns[j]! < 0 ? alphabet : columns[j]!) * words;
    // Difference to the cell on the left, at the lower end of the word before: the first row counts up.
    let carry = 1;
    for (let w = 0; w < words; w++) {
      const up = plus[w]!;
      const down = minus[w]!;
      let equal = masks[base + w]!;
      const diagonal = equal | down;
      if (carry < 0) equal |= 1;
      const zero = (((equal & up) + up) ^ up) | equal;
      let right = down | ~(zero | up);
      let left = up & zero;
      const end = w === words - 1 ? (rows.length - 1) % WORD : WORD - 1;
      const next = (right >>> end & 1) - (left >>> end & 1);
      right = right << 1 | (carry > 0 ? 1 : 0);
      left = left << 1 | (carry < 0 ? 1 : 0);
      plus[w] = left | ~(diagonal | right);
      minus[w] = right & diagonal;
      carry = next;
    }
    last += carry;
  }
  return last;
}
