/** @file What is asked of a generator, and what it answers. */
import type { Rng } from "../random/rng.ts";
import type { SamplingOptions } from "./choose_token.ts";
import type { StopCondition } from "./stopping.ts";

/** A prompt to continue. */
export interface GenerationRequest {
  /** Token ids; at least one. */
  readonly prompt: readonly number[];
  /** A random stream for each completion that is wanted, and its alone: what it draws moves the stream on. */
  readonly streams: readonly Rng[];
  /** Most tokens of a completion; at least one. */
  readonly maxTokens: number;
  /** How many times a stop text must be there to end a completion, see {@link StopCondition}. Default 1. */
  readonly stopAfter?: number;
}

/** How to continue. */
export interface GenerationOptions extends SamplingOptions {
  /** When a completion ends before its token budget does. */
  readonly stop: StopCondition;
}

/** What the policy wrote. */
export interface Completion {
  /** Token ids, the one that ended it included. */
  readonly tokens: readonly number[];
  /** Log-probability of each, see {@link chooseToken}. */
  readonly logProbs: readonly number[];
  /** Whether the token budget ended it. */
  readonly truncated: boolean;
}
