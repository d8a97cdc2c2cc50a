/** @file Experiments run from code, and what they came to. */
export type { CellEntry, CellStage } from "./collect.ts";
export { type ExperimentResults, loadResults, loadRollouts } from "./load_results.ts";
export type { StageChoice } from "./read_cells.ts";
export { run } from "./run.ts";
