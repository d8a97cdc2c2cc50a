/** @file Reads tests/golden/statistics.json. */

/** What SciPy and statsmodels say; see make_statistics.py. */
export interface Golden {
  readonly permutation: readonly { differences: number[]; p: number }[];
  readonly pairedD: readonly { a: number[]; b: number[]; d: number }[];
  readonly cohensH: readonly { p: number; q: number; h: number }[];
  readonly holm: readonly { p: number[]; adjusted: number[] }[];
  readonly power: readonly { effect: number; n: number; alpha: number; power: number }[];
  readonly seeds: readonly { effect: number; power: number; exact: number }[];
  readonly variance: readonly { scores: number[][]; between: number }[];
}

const url = new URL("../../golden/statistics.json", import.meta.url);

/** The golden values. */
export const golden: Golden = JSON.parse(await Deno.readTextFile(url));
