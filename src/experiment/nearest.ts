/** @file The nearest valid name to a misspelt one. */

/** Edit distance in insertions, deletions, substitutions and swaps of neighbours (Damerau, restricted). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforeLast[j - 2]! + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/**
 * The candidate that `name` was most likely meant to be: fewest edits, case ignored, and at most a third of the longer
 * name's length, rounded. `undefined` when nothing is near, because a wild guess misleads.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nearest("grups", ["groups", "rollouts"]), "groups");
 * assertEquals(nearest("colour", ["groups", "rollouts"]), undefined);
 * ```
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // A key is never this long; the distance is quadratic and the name is the user's.
  const wanted = name.slice(0, 64).toLowerCase();
  let found: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const edits = distance(wanted, candidate.toLowerCase());
    const allowed = Math.round(Math.max(wanted.length, candidate.length) / 3);
    if (edits <= allowed && edits < candidate.length && edits < fewest) {
      found = candidate;
      fewest = edits;
    }
  }
  return found;
}
