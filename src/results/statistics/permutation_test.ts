/** @file The paired permutation test. */
import { Rng } from "../../random/rng.ts";

/** Up to this many differences that are not 0, every assignment of signs is gone through. */
const EXACT = 14;

/** Sums nearer to each other than this differ by rounding only, and count as equal. */
const SAME = 1e-9;

/** Random assignments of signs, where they are too many. Its standard error is then 0.0022 at p = 0.05. */
const REPLICATES = 9999;

/**
 * Two-sided p that paired differences have the mean that they have, or one further from 0, if which of the two arms
 * scored which were a coin's toss for each problem (Fisher 1935, §21). Up to 14 differences other than 0 exactly, beyond by
 * random assignments, of which the one observed is one (Phipson & Smyth 2010).
 *
 * @param differences One for each problem.
 * @param options.replicates Random assignments. Default 9999.
 * @param options.seed Picks the random stream. Default 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(permutationTest([1, 1, 0, 1, 1, 1]), 2 / 2 ** 5);
 * ```
 */
export function permutationTest(
  differences: readonly number[],
  options: { readonly replicates?: number; readonly seed?: number } = {},
): number {
  const { replicates = REPLICATES, seed = 0 } = options;
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0)) - SAME;
  if (sizes.length <= EXACT) {
    const all = 2 ** sizes.length;
    let extreme = 0;
    for (let signs = 0; signs < all; signs++) {
      let sum = 0;
      for (let i = 0; i < sizes.length; i++) sum += (signs >> i & 1) === 1 ? sizes[i]! : -sizes[i]!;
      if (Math.abs(sum) >= observed) extreme++;
    }
    return extreme / all;
  }
  const rng = new Rng("permutation", seed);
  let extreme = 1;
  for (let i = 0; i < replicates; i++) {
    let sum = 0;
    for (const size of sizes) sum += rng.chance(0.5) ? size : -size;
    if (Math.abs(sum) >= observed) extreme++;
  }
  return extreme / (replicates + 1);
}
