/** @file Data: expert trajectories in, step instances out, and an account of what was left behind. */
export { Account, type AccountJson, type Dropped, type DropSummary } from "./account.ts";
export { lastBoxed } from "./answer_extraction.ts";
export { type BenchmarkReport, reportBenchmark } from "./benchmark_report.ts";
export { type DataReport, reportData } from "./data_report.ts";
export { type Distribution, distributionOf } from "./distribution.ts";
export { checkRow, describeIssue, type RowIssue, type RowSchema } from "./check_row.ts";
export { type JsonlRow, readJsonl } from "./jsonl.ts";
export { type DroppedRow, Ledger, type LedgerJson } from "./ledger.ts";
export { actionOfAnswer, actionOfWhole } from "./granularity/as_one.ts";
export { type ExpertAction, runOf } from "./granularity/action.ts";
export { actionsOf } from "./granularity/actions.ts";
export { actionsBySentence } from "./granularity/by_sentence.ts";
export { actionsByStep } from "./granularity/by_step.ts";
export { actionsByTokens } from "./granularity/by_tokens.ts";
export { type Contradiction, contradictions, type InstanceChoice } from "./granularity/check.ts";
export { contextOf, type ShownContext, type StepContext } from "./granularity/context.ts";
export {
  type Granularity,
  GRANULARITY_KINDS,
  granularityText,
  kindOf,
  manyThoughts,
  type Steps,
  steps,
  type Tokens,
  tokens,
} from "./granularity/granularity.ts";
export {
  type LoadedTrajectories,
  type LoadOptions,
  loadTrajectories,
} from "./load_trajectories.ts";
export { type GenericColumns, genericMapping } from "./mappings/generic.ts";
export { gsm8k, gsm8kSocratic } from "./mappings/gsm8k.ts";
export { type AnsweredProblem, type LoadedProblems, loadProblems } from "./load_problems.ts";
export {
  type MappedRow,
  type Mapping,
  ROW_FAULTS,
  type RowFault,
  type RowNeed,
} from "./mappings/mapping.ts";
export {
  adviceOn,
  MAPPING_NAMES,
  type MappingDeclaration,
  type MappingName,
  MAPPINGS,
  mappingText,
  openMapping,
} from "./mappings/mappings.ts";
export { olympiadbench } from "./mappings/olympiadbench.ts";
export { s1k } from "./mappings/s1k.ts";
export { sweSmith } from "./mappings/swe_smith.ts";
export { agentPrompt, numberedPrompt, numberedPromptOf } from "./numbered_prompt.ts";
export type {
  Asked,
  AskedSentence,
  AskedSteps,
  PromptFormat,
  SolutionSoFar,
} from "./prompt_format.ts";
export { type SentenceSpan, sentenceSpans } from "./sentences.ts";
export { findOverlap, type NamedProblem, type Overlap, type OverlapKind } from "./overlap.ts";
export { problemKey, problemWords } from "./problem_words.ts";
export { loadPrompts } from "./prompts/load_prompts.ts";
export {
  AGENT_PROMPTS,
  BUILT_IN_PROMPTS,
  PROMPT_NAMES,
  PROMPT_SLOTS,
  type PromptAudience,
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
export { agentSteps } from "./steps/agent.ts";
export { lineSteps } from "./steps/lines.ts";
export { numberedSteps, plainNumberedSteps } from "./steps/numbered.ts";
export {
  type ChatMessage,
  fault,
  type ParsedSteps,
  type Solution,
  type StepParser,
  STEPS_FAULTS,
  type StepsFault,
} from "./steps/parser.ts";
export {
  openParser,
  type ParserDeclaration,
  parserText,
  STEP_PARSER_NAMES,
  STEP_PARSERS,
  type StepParserName,
} from "./steps/parsers.ts";
export { sentenceSteps } from "./steps/sentence.ts";
export { socraticSteps } from "./steps/socratic.ts";
export { loadUserParser } from "./steps/user_parser.ts";
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
