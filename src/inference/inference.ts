/** @file One interface for whatever answers prompts: a policy in this process, or a server. */
import type { Prompt } from "../policy/prompt_encoder.ts";

/** One completion that is wanted. */
export interface InferenceRequest {
  /** Names the request in an error; no answer depends on it. */
  readonly id: string;
  /** What is asked. */
  readonly prompt: Prompt;
  /** Tokens are drawn from the whole distribution at this temperature; 0 takes the most probable ones (greedy). */
  readonly temperature: number;
  /** Seed of this completion alone: a whole number from 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Most tokens of the completion; null for as many as the context has left. */
  readonly maxTokens: number | null;
}

/** What a model wrote. */
export interface InferenceAnswer {
  /** The whole completion, monologue included. */
  readonly text: string;
  /** Its length in the model's own tokens. */
  readonly tokens: number;
  /** Whether the token budget or the context ended it. */
  readonly truncated: boolean;
}

/** Takes the answer of the request at this place; nothing more is given to it before the promise is kept. */
export type TakeAnswer = (place: number, answer: InferenceAnswer) => Promise<void>;

/** Answers requests. {@link answerAll} puts a journal before it, which nothing needs to know of here. */
export interface Inference {
  /** What answers depend on besides the request, as plain JSON: answers are shared between runs for which it is equal. */
  readonly identity: Readonly<Record<string, string | null>>;
  /**
   * Answers every request once, in any order, and hands each answer on as soon as it is there.
   *
   * @throws {InputError} for what the user can mend. What was handed on before stays valid.
   */
  answer(requests: readonly InferenceRequest[], take: TakeAnswer): Promise<void>;
}
