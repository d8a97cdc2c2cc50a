/** @file Statistics of scores. */
export { type Bootstrap, bootstrap, type BootstrapOptions, type SignedGrid } from "./bootstrap.ts";
export {
  comparePaired,
  type PairedComparison,
  type PairedDifference,
  pairedDifference,
  problemDifferences,
} from "./compare_paired.ts";
export { cohensH, pairedCohensD } from "./effect_size.ts";
export { hierarchicalInterval } from "./hierarchical_interval.ts";
export { holm } from "./holm.ts";
export { passAtKCurve, type PassAtKPoint } from "./pass_at_k_curve.ts";
export { permutationTest } from "./permutation_test.ts";
export { type ScoreGrid, scoreGrid } from "./score_grid.ts";
export { seedsNeeded, type SeedsNeededOptions, twoSamplePower } from "./seeds_needed.ts";
