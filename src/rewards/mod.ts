/** @file Rewards: what a rollout is worth, and why. */
export { answer, type AnswerOptions, type Verdict } from "./answer.ts";
export type { Unit } from "./elements.ts";
export {
  FORMAT_FAULTS,
  type FormatFault,
  type FormatOptions,
  type ParsedOutput,
  parseOutput,
} from "./format.ts";
export type { Match } from "./longest_match.ts";
export type { Reward, RewardInput, RewardOutcome } from "./reward.ts";
export { matchingBlocks, type SequenceOptions, sequenceRatio } from "./sequence_ratio.ts";
export { similarity, type SimilarityOptions } from "./similarity.ts";
