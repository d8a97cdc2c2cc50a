/** @file A completion while it is written. */
import type { Rng } from "../random/rng.ts";
import { type Choice, chooseToken, type SamplingOptions } from "./choose_token.ts";
import type { StopCondition } from "./stopping.ts";

/** A prompt to continue. */
export interface GenerationRequest {
  /** Token ids; at least one. */
  readonly prompt: readonly number[];
  /** A random stream for each completion that is wanted. */
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

/** A completion while it is written. */
export interface Row {
  /** What is continued. */
  readonly request: GenerationRequest;
  /** Where the completion goes. */
  readonly results: Completion[];
  /** Its place there. */
  readonly sample: number;
  /** What its tokens are drawn with. */
  readonly stream: Rng;
  /** Token ids so far. */
  readonly tokens: number[];
  /** Log-probability of each. */
  readonly logProbs: number[];
  /** Tokens of it and its prompt in the cache. */
  length: number;
  /** Whether it is ended. */
  done: boolean;
  /** Whether the token budget ended it. */
  truncated: boolean;
}

/** Draws a row's next token, and adds it. */
export function extend(row: Row, probabilities: Float32Array, options: GenerationOptions): void {
  append(row, chooseToken(probabilities, options, row.stream), options);
}

/** Adds a row's next token. */
export function append(row: Row, { token, logProb }: Choice, options: GenerationOptions): void {
  row.tokens.push(token);
  row.logProbs.push(logProb);
  row.done = options.stop.isMet(row.tokens, row.request.stopAfter);
  if (row.done || row.tokens.length < row.request.maxTokens) return;
  row.done = true;
  row.truncated = true;
}
