/** @file A lane in a thread of its own, from the outside. */
import { Worker } from "node:worker_threads";
import { sharedLibrary } from "../engine/ort/ort.ts";
import type { PolicyConfig } from "./config.ts";
import type { Completion, GenerationOptions, GenerationRequest } from "./generation.ts";
import {
  type LaneCall,
  type LaneMessage,
  type LaneReply,
  type LaneStart,
  unpackError,
} from "./lane_messages.ts";
import type { StopCondition } from "./stopping.ts";
import type { WeightSnapshot } from "./weight_snapshot.ts";

/** A call that has not been answered. */
type Pending = PromiseWithResolvers<LaneReply>;

/**
 * Decodes in another thread, which is started by the first call and ends when the lane is disposed of; idle, it keeps no
 * process alive. Takes one call at a time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 * import { parsePolicyConfig } from "./config_json.ts";
 * import { StopCondition } from "./stopping.ts";
 * import { WeightSnapshot } from "./weight_snapshot.ts";
 * import { randomWeights } from "./weights.ts";
 *
 * const config = parsePolicyConfig({
 *   model_type: "llama", vocab_size: 8, hidden_size: 16, intermediate_size: 24, num_hidden_layers: 1,
 *   num_attention_heads: 1, max_position_embeddings: 32,
 * }, "config.json");
 * const weights = new WeightSnapshot(config);
 * weights.take(randomWeights(config, 1, 0.02));
 * using lane = new RemoteLane(config);
 * const stop = new StopCondition([], [], { decode: () => "" });
 * const request = { prompt: [3, 4], streams: [new Rng(1)], maxTokens: 5 };
 * const options = { temperature: 1, topP: 1, topK: 0, stop };
 * const [completions] = await lane.decode(weights, [request], options, 8);
 * assertEquals(completions![0]!.tokens.length, 5);
 * ```
 */
export class RemoteLane implements Disposable {
  readonly #config: PolicyConfig;
  readonly #script: URL;
  #worker: Worker | null = null;
  #pending: Pending | null = null;
  /** What the thread knows already. */
  #stop: StopCondition | null = null;

  /**
   * Starts nothing yet.
   *
   * @param script What the thread runs.
   */
  constructor(config: PolicyConfig, script = new URL("./lane_worker.ts", import.meta.url)) {
    this.#config = config;
    this.#script = script;
  }

  /**
   * Completions of each request, as {@link DecoderLane} makes them. The snapshot must stay as it is until then.
   *
   * @throws what the lane threw there; an error that says so where the thread ended, or the lane was disposed of.
   */
  async decode(
    weights: WeightSnapshot,
    requests: readonly GenerationRequest[],
    { stop, ...sampling }: GenerationOptions,
    maxRows: number,
  ): Promise<Completion[][]> {
    if (this.#pending) throw new TypeError("the lane is decoding already");
    const worker = this.#worker ??= this.#open();
    const call: LaneCall = {
      weights: weights.message,
      sampling,
      stop: this.#stop === stop ? null : stop.message(),
      maxRows,
      requests: requests.map(({ prompt, streams, maxTokens, stopAfter = 1 }) => ({
        prompt,
        stopAfter,
        streams: streams.map(({ state }) => state),
        maxTokens,
      })),
    };
    const pending: Pending = Promise.withResolvers();
    this.#pending = pending;
    worker.ref();
    try {
      worker.postMessage(call satisfies LaneMessage);
      this.#stop = stop;
      const reply = await pending.promise;
      if ("failure" in reply) throw unpackError(reply.failure);
      requests.forEach(({ streams }, i) =>
        streams.forEach((stream, j) => stream.state = reply.streams[i]![j]!)
      );
      return [...reply.completions];
    } finally {
      if (this.#worker === worker) worker.unref();
      this.#pending = null;
    }
  }

  /** Ends the thread; a call that is under way is rejected. */
  [Symbol.dispose](): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#worker = null;
    this.#stop = null;
    // Not `terminate`, which would leave the thread's native memory behind. The process waits for it.
    worker.ref();
    worker.postMessage("end" satisfies LaneMessage);
    this.#pending?.reject(new Error("the lane was disposed of while it was decoding"));
  }

  #open(): Worker {
    const start: LaneStart = { config: this.#config, library: sharedLibrary() };
    const worker = new Worker(this.#script, { workerData: start });
    const lost = (error: Error) => {
      if (this.#worker !== worker) return;
      this.#worker = null; // the next call starts another
      this.#stop = null;
      this.#pending?.reject(error);
    };
    worker.on("message", (reply: LaneReply) => {
      if (this.#worker === worker) this.#pending?.resolve(reply);
    });
    worker.on("messageerror", lost);
    worker.on("error", lost);
    worker.on("exit", (code) => lost(new Error(`a decoding thread ended with code ${code}`)));
    return worker;
  }
}
