/** @file Every reward as it is declared: plain JSON, so that it can be hashed and sent to another process. */
import type { AnnealDeclaration, ResolvedAnneal } from "./annealed.ts";
import type { AnswerDeclaration } from "./answer.ts";
import type { BleuDeclaration, ResolvedBleu } from "./bleu.ts";
import type { ChrfDeclaration, ResolvedChrf } from "./chrf.ts";
import type { ClipDeclaration, ResolvedClip } from "./clipped.ts";
import type { EmbeddingDeclaration, ResolvedEmbedding } from "./embedding.ts";
import type { ExpertLikelihoodDeclaration, ResolvedExpertLikelihood } from "./expert_likelihood.ts";
import type { FormatRewardDeclaration, ResolvedFormatReward } from "./format_reward.ts";
import type { GateDeclaration, ResolvedGate } from "./gate.ts";
import type { LengthDeclaration, ResolvedLength } from "./length_reward.ts";
import type { LevenshteinDeclaration } from "./levenshtein.ts";
import type { MinDeclaration, ResolvedMin } from "./min_of.ts";
import type { ModuleDeclaration, ResolvedModule } from "./module_reward.ts";
import type { PatchDeclaration, ResolvedPatch } from "./patch.ts";
import type { ResolvedRougeL, RougeLDeclaration } from "./rouge_l.ts";
import type { ResolvedSimilarity, SimilarityDeclaration } from "./similarity.ts";
import type { TokenF1Declaration } from "./token_f1.ts";
import type { ResolvedToolCall, ToolCallDeclaration } from "./tool_call.ts";
import type { ResolvedSum, SumDeclaration } from "./weighted_sum.ts";

/** A reward as a user declares it. Wherever one is declared, the kind alone stands for one with every default. */
export type RewardDeclaration =
  | SimilarityDeclaration
  | LevenshteinDeclaration
  | RougeLDeclaration
  | TokenF1Declaration
  | ChrfDeclaration
  | BleuDeclaration
  | ToolCallDeclaration
  | PatchDeclaration
  | EmbeddingDeclaration
  | AnswerDeclaration
  | ExpertLikelihoodDeclaration
  | FormatRewardDeclaration
  | LengthDeclaration
  | ModuleDeclaration
  | SumDeclaration
  | GateDeclaration
  | MinDeclaration
  | ClipDeclaration
  | AnnealDeclaration;

/** A reward with every default filled; `kind` tells which. */
export type ResolvedReward =
  | ResolvedSimilarity
  | LevenshteinDeclaration
  | ResolvedRougeL
  | TokenF1Declaration
  | ResolvedChrf
  | ResolvedBleu
  | ResolvedToolCall
  | ResolvedPatch
  | ResolvedEmbedding
  | AnswerDeclaration
  | ResolvedExpertLikelihood
  | ResolvedFormatReward
  | ResolvedLength
  | ResolvedModule
  | ResolvedSum
  | ResolvedGate
  | ResolvedMin
  | ResolvedClip
  | ResolvedAnneal;

/** Names of the rewards. */
export type RewardKind = RewardDeclaration["kind"];
