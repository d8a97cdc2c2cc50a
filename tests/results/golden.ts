/** @file Reads tests/golden/results_statistics.json. */

/** What SciPy and exact fractions say; see make_results_statistics.py. */
export interface Golden {
  readonly studentT: readonly { df: number; level: number; t: number }[];
  readonly seeds: readonly { scores: number[]; mean: number; low: number; high: number }[];
  readonly wilson: readonly { right: number; n: number; low: number; high: number }[];
  readonly passAtK: readonly { n: number; right: number; k: number; value: number }[];
}

const url = new URL("../golden/results_statistics.json", import.meta.url);

/** The golden values. */
export const golden: Golden = JSON.parse(await Deno.readTextFile(url));
