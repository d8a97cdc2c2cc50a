/** @file Data: expert trajectories in, step instances out, and an account of what was left behind. */
export { lastBoxed } from "./answer_extraction.ts";
export { type DataReport, reportData } from "./data_report.ts";
export { type Distribution, distributionOf } from "./distribution.ts";
export { type JsonlRow, readJsonl, type RowIssue, type RowSchema } from "./jsonl.ts";
export { type DroppedRow, type DropSummary, Ledger } from "./ledger.ts";
export { type LoadedTrajectories, loadTrajectories } from "./load_trajectories.ts";
export { numberedPrompt } from "./numbered_prompt.ts";
export {
  type ParsedSteps,
  parseNumberedSteps,
  STEPS_FAULTS,
  type StepsFault,
  type StepsOptions,
} from "./numbered_steps.ts";
export type { PromptFormat } from "./prompt_format.ts";
export { loadPrompts } from "./prompts/load_prompts.ts";
export {
  type AgentTurn,
  BUILT_IN_PROMPTS,
  PROMPT_NAMES,
  PROMPT_SLOTS,
  type PromptFiles,
  type PromptName,
  type Prompts,
} from "./prompts/prompts.ts";
export type { TemplateSlots } from "./prompts/template.ts";
export { renderSteps } from "./render_steps.ts";
export { type Split, type SplitOptions, splitTrajectories } from "./split.ts";
export {
  STEP_TARGETS,
  type StepInstanceOptions,
  stepInstances,
  type StepTargets,
} from "./step_instances.ts";
export { splitTitle, type TitledText } from "./step_title.ts";
export type { ExpertStep, StepInstance, Trajectory } from "./trajectory.ts";
