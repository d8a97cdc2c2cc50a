/** @file Rewards: what a rollout is worth, and why. */
export {
  type AnnealDeclaration,
  annealed,
  type AnnealOptions,
  type ResolvedAnneal,
} from "./annealed.ts";
export { answer, type AnswerDeclaration } from "./answer.ts";
export { type AnswerItem, AnswerVerifier, type Verification } from "./answer_verifier.ts";
export { bleu, type BleuDeclaration, type BleuOptions, type ResolvedBleu } from "./bleu.ts";
export { chrf, type ChrfDeclaration, type ChrfOptions, type ResolvedChrf } from "./chrf.ts";
export { type ClipDeclaration, type ClipOptions, clipped, type ResolvedClip } from "./clipped.ts";
export {
  anotherStep,
  changeDigits,
  type Corruption,
  CORRUPTIONS,
  doubled,
  dropWords,
  firstHalf,
  type OtherSteps,
  reorderClauses,
} from "./corruptions.ts";
export type { ResolvedReward, RewardDeclaration, RewardKind } from "./declaration.ts";
export type { Unit } from "./elements.ts";
export {
  embedding,
  type EmbeddingDeclaration,
  type EmbeddingOptions,
  type ResolvedEmbedding,
} from "./embedding.ts";
export {
  expertLikelihood,
  type ExpertLikelihoodDeclaration,
  type ExpertLikelihoodOptions,
  type ResolvedExpertLikelihood,
} from "./expert_likelihood.ts";
export {
  FORMAT_FAULTS,
  type FormatFault,
  type FormatOptions,
  type ParsedOutput,
  parseOutput,
  splitRollout,
} from "./format.ts";
export {
  formatReward,
  type FormatRewardDeclaration,
  type FormatRewardOptions,
  type ResolvedFormatReward,
} from "./format_reward.ts";
export { gate, type GateDeclaration, type GateOptions, type ResolvedGate } from "./gate.ts";
export {
  type CorruptedStep,
  corruptSteps,
  type LandscapeOptions,
  type LandscapeStep,
  sampleSteps,
  scoreCorrupted,
} from "./landscape.ts";
export { builtinRewards, type NamedReward, parseRewards } from "./landscape_rewards.ts";
export {
  type LengthDeclaration,
  type LengthOptions,
  lengthReward,
  type ResolvedLength,
} from "./length_reward.ts";
export { levenshtein, type LevenshteinDeclaration } from "./levenshtein.ts";
export type { Match } from "./longest_match.ts";
export { makeReward } from "./make_reward.ts";
export { type MinDeclaration, minOf, type ResolvedMin } from "./min_of.ts";
export {
  type ModuleDeclaration,
  type ModuleOptions,
  moduleReward,
  type ResolvedModule,
  type RewardModule,
} from "./module_reward.ts";
export { patch, type PatchDeclaration, type PatchOptions, type ResolvedPatch } from "./patch.ts";
export { RewardPool, type RewardPoolOptions } from "./pool.ts";
export { type Judgement, type RewardItem, type RewardTraits } from "./protocol.ts";
export type { Encode, ResourceSpec, RewardResources, Verdict, Verify } from "./resources.ts";
export type {
  RewardFunction,
  RewardInstance,
  RewardNeeds,
  Rollout,
  Score,
  ScoreRange,
} from "./reward.ts";
export {
  type ResolvedRougeL,
  rougeL,
  type RougeLDeclaration,
  type RougeLOptions,
} from "./rouge_l.ts";
export { idRatio, matchingBlocks, type SequenceOptions, sequenceRatio } from "./sequence_ratio.ts";
export {
  type NormaliseOptions,
  type ResolvedSimilarity,
  similarity,
  type SimilarityDeclaration,
  type SimilarityOptions,
} from "./similarity.ts";
export { tokenF1, type TokenF1Declaration } from "./token_f1.ts";
export {
  type ResolvedToolCall,
  toolCall,
  type ToolCallDeclaration,
  type ToolCallOptions,
} from "./tool_call.ts";
export { parseToolCalls, type ToolCall } from "./tool_calls.ts";
export { type FileChange, parseUnifiedDiff } from "./unified_diff.ts";
export {
  type ResolvedSum,
  type SumDeclaration,
  type WeightedReward,
  weightedSum,
} from "./weighted_sum.ts";
