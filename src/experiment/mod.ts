/** @file What a user declares, and what it comes down to: experiments, plans, the specs of stages. */
export { canonical } from "./canonical.ts";
export {
  type DataDeclaration,
  type FileDeclaration,
  type FileSourceDeclaration,
  type HubDeclaration,
  type HubSourceDeclaration,
  relay,
  type RelayDeclaration,
  type RelayOptions,
  type RelayTier,
  type ResolvedData,
  type ResolvedFileSource,
  type ResolvedHubSource,
  type ResolvedRelayData,
  type ResolvedRows,
  type ResolvedRowsBenchmark,
  type ResolvedRowsSource,
  type ResolvedSolutions,
  type ResolvedSolutionsData,
  type ResolvedSource,
  type RowsDeclaration,
  type RowsSourceDeclaration,
  type SolutionsOptions,
  type SourceOptions,
  type TeacherOptionsDeclaration,
} from "./data.ts";
export type {
  BenchmarkDeclaration,
  EvaluationDeclaration,
  ResolvedBenchmark,
  ResolvedEvaluation,
  ResolvedRelayBenchmark,
} from "./evaluation.ts";
export type { EngineDeclaration, ResolvedEngine } from "./engine.ts";
export { experiment, isExperiment } from "./experiment.ts";
export type { KlEstimator } from "../algorithms/objective.ts";
export type { PolicyLoss } from "../algorithms/policy_loss.ts";
export type {
  ClipRange,
  DynamicSampling,
  GrpoOptions,
  ResolvedClipRange,
  ResolvedGrpo,
} from "./grpo.ts";
export { stageId } from "./identity.ts";
export type { JudgingOptions } from "./judging.ts";
export { loadExperiment } from "./load.ts";
export { type LoraOptions } from "./lora.ts";
export type { OptimiserOptions, ResolvedOptimiser } from "./optimiser.ts";
export {
  type Cell,
  type Plan,
  planExperiment,
  type PlannedStage,
  type PlanOptions,
  stagesOf,
} from "./plan.ts";
export type { InitOptions, PolicyDeclaration, ResolvedPolicy } from "./policy.ts";
export type { RowsOptions } from "./rows.ts";
export type { PromptsDeclaration, ResolvedPrompts } from "./prompts.ts";
export { r3, type R3Declaration, type R3Options, type ResolvedR3 } from "./r3.ts";
export { type ResolvedRlvr, rlvr, type RlvrDeclaration, type RlvrOptions } from "./rlvr.ts";
export type { ExperimentDeclaration, ResolvedExperiment } from "./schema.ts";
export { type ResolvedSft, sft, type SftDeclaration, type SftOptions } from "./sft.ts";
export type {
  EvaluationSpec,
  StagePolicy,
  StageSpec,
  StageSpecBase,
  TrainingSpec,
} from "./specs.ts";
export { type ResolvedSrl, srl, type SrlDeclaration, type SrlOptions } from "./srl.ts";
export { sourceKey, sourceOf } from "./source_of.ts";
export {
  type ResolvedTrl,
  trl,
  type TrlDeclaration,
  type TrlOptions,
  type TrlSharding,
} from "./trl.ts";
export {
  type ResolvedVerl,
  verl,
  type VerlDeclaration,
  type VerlOffload,
  type VerlOptions,
} from "./verl.ts";
export type { RayOptions, ResolvedRay } from "./ray.ts";
export type { DeviceChoice } from "./devices.ts";
export type { GpuKind } from "../trainers/jobs/demand/gpus.ts";
export type { ResolvedPractice, ResolvedStage, StageDeclaration } from "./stages.ts";
export { DATA_VERSIONS, ENGINE_VERSION } from "./versions.ts";
