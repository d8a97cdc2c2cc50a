/** @file Data: expert trajectories in, step instances out, and an account of what was left behind. */
export { Account, type AccountJson, type Dropped, type DropSummary } from "./account.ts";
export { lastBoxed } from "./answer_extraction.ts";
export { type DataReport, reportData } from "./data_report.ts";
export { type Distribution, distributionOf } from "./distribution.ts";
export { checkRow, type RowIssue, type RowSchema } from "./check_row.ts";
export { type JsonlRow, readJsonl } from "./jsonl.ts";
export { type DroppedRow, Ledger, type LedgerJson } from "./ledger.ts";
export {
  type LoadedTrajectories,
  type LoadOptions,
  loadTrajectories,
} from "./load_trajectories.ts";
export { numberedPrompt, renderSteps } from "./numbered_prompt.ts";
export {
  type ParsedSteps,
  parseNumberedSteps,
  STEPS_FAULTS,
  type StepsFault,
  type StepsOptions,
} from "./numbered_steps.ts";
export { findOverlap, type NamedProblem, type Overlap, type OverlapKind } from "./overlap.ts";
export { problemKey, problemWords } from "./problem_words.ts";
export type { PromptFormat } from "./prompt_format.ts";
export { type Split, type SplitOptions, splitTrajectories } from "./split.ts";
export {
  STEP_TARGETS,
  type StepInstanceOptions,
  stepInstances,
  type StepTargets,
} from "./step_instances.ts";
export {
  type HubDataset,
  type HubOptions,
  hubSource,
  openSource,
  type ParquetOptions,
  type ParquetRow,
  parseHub,
  pinHub,
  pinSource,
  readParquet,
  type RowSource,
  type SourceDeclaration,
  type SourceRow,
} from "./sources/mod.ts";
export { splitTitle, type TitledText } from "./step_title.ts";
export {
  checkRewrite,
  type Original,
  type RawSolution,
  type Rewrite,
  rewriteSolutions,
  Teacher,
  type TeacherDeclaration,
  type TeacherOptions,
  type TeacherReply,
} from "./teacher/mod.ts";
export type { ExpertStep, StepInstance, Trajectory } from "./trajectory.ts";
