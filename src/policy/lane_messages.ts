/** @file What a generator and the threads that it decodes in send each other. */
import { OrtError } from "../engine/ort/ort.ts";
import type { RngState } from "../random/rng.ts";
import type { SamplingOptions } from "./choose_token.ts";
import type { PolicyConfig } from "./config.ts";
import type { Completion } from "./generation.ts";
import type { StopMessage } from "./stopping.ts";
import type { SnapshotMessage } from "./weight_snapshot.ts";

/** What a thread is started with. */
export interface LaneStart {
  /** The policy's shape. */
  readonly config: PolicyConfig;
  /** The runtime, see {@link sharedLibrary}. */
  readonly library: bigint;
}

/** Prompts to continue. */
export interface LaneCall {
  /** With which weights. */
  readonly weights: SnapshotMessage;
  /** How tokens are drawn. */
  readonly sampling: SamplingOptions;
  /** When completions end; null: as in the call before. */
  readonly stop: StopMessage | null;
  /** Most sequences that are decoded at once. */
  readonly maxRows: number;
  /** Prompts, and where the stream of each completion stands. */
  readonly requests: readonly {
    readonly prompt: readonly number[];
    readonly streams: readonly RngState[];
    readonly maxTokens: number;
    readonly stopAfter: number;
  }[];
}

/** What a thread is sent: work, or that it is to end. */
export type LaneMessage = LaneCall | "end";

/** What became of a call. */
export type LaneReply = {
  /** Completions of each request. */
  readonly completions: readonly Completion[][];
  /** Where their streams stand now. */
  readonly streams: readonly (readonly RngState[])[];
} | { readonly failure: Failure };

/** An error on its way between threads, where only JavaScript's own classes survive. */
export type Failure = { readonly ort: string } | { readonly error: Error };

/**
 * Packs an error up.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { OrtError } from "../engine/ort/ort.ts";
 *
 * const sent = structuredClone(packError(new OrtError("Non-zero status while running Name:'add'")));
 * const arrived = unpackError(sent);
 * assert(arrived instanceof OrtError);
 * assertEquals(arrived.node, "add");
 * ```
 */
export function packError(error: Error): Failure {
  return error instanceof OrtError ? { ort: error.status } : { error };
}

/** The error that was packed up. */
export function unpackError(failure: Failure): Error {
  return "ort" in failure ? new OrtError(failure.ort) : failure.error;
}
