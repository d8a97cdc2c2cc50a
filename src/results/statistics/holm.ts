/** @file Holm's correction for many tests. */

/**
 * Holm's adjusted p-values (Holm 1979): where those below α are called significant, the chance of calling anything so that
 * is not, in the whole family, is at most α, however the tests depend on each other.
 *
 * @param ps p-values of one family, 0 to 1.
 * @returns As many, in the same order, each at most 1.
 * @throws {RangeError} for anything that is not a p-value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(holm([0.5, 0.01, 0.02]), [0.5, 0.03, 0.04]);
 * ```
 */
export function holm(ps: readonly number[]): number[] {
  const wrong = ps.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`Holm: found ${wrong}, expected a p-value`);
  const ascending = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  ascending.forEach(({ p, index }, rank) => {
    highest = Math.min(1, Math.max(highest, p * (ps.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}
