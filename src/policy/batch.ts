/** @file The tensors of a batch that is decoded row by row. */
import { type Binding, HostTensor } from "../engine/ort/ort.ts";
import type { Program } from "../engine/program.ts";
import type { SamplingOptions } from "./choose_token.ts";
import type { PolicyConfig } from "./config.ts";
import type { KvCache } from "./kv_cache.ts";

/** The tensors of one batch, bound to the rows `from` to `to` (exclusive) of the cache. */
export class Batch implements Disposable {
  readonly ids: HostTensor<"int32">;
  readonly last: HostTensor<"int32">;
  readonly pick: HostTensor<"int32">;
  readonly #longest = HostTensor.zeros("int32", [1]);
  readonly #inverseTemperature: HostTensor<"float32">;
  readonly #probabilities: HostTensor<"float32">;
  readonly #cache: Record<string, HostTensor<"float32">>;
  readonly #binding: Binding;

  constructor(
    program: Program,
    config: PolicyConfig,
    cache: KvCache,
    from: number,
    to: number,
    time: number,
    { temperature }: SamplingOptions,
  ) {
    const rows = to - from;
    const inverse = temperature === 0 ? 1 : 1 / temperature;
    this.#inverseTemperature = new HostTensor("float32", [], Float32Array.of(inverse));
    this.ids = HostTensor.zeros("int32", [rows, time]);
    this.last = HostTensor.zeros("int32", [rows]);
    this.pick = HostTensor.zeros("int32", [rows]);
    this.#probabilities = HostTensor.zeros("float32", [rows, config.vocabSize]);
    this.#cache = cache.view(from, to);
    const { ids, last, pick } = this;
    const next = Object.entries(this.#cache).map(([name, tensor]) => [`${name}/next`, tensor]);
    const scalars = { longest: this.#longest, inverseTemperature: this.#inverseTemperature };
    this.#binding = program.bind(
      { ...this.#cache, ids, last, pick, ...scalars },
      { ...Object.fromEntries(next), probabilities: this.#probabilities },
    );
  }

  run(): void {
    this.#longest.data[0] = 1 + this.last.data.reduce((a, b) => Math.max(a, b));
    this.#binding.run();
  }

  /** Probabilities of one row's next token. */
  probabilities(row: number): Float32Array {
    const width = this.#probabilities.shape[1]!;
    return this.#probabilities.data.subarray(row * width, (row + 1) * width);
  }

  [Symbol.dispose](): void {
    this.#binding[Symbol.dispose]();
    const tensors = [
      ...[this.ids, this.last, this.pick, this.#longest],
      ...[this.#inverseTemperature, this.#probabilities],
      ...Object.values(this.#cache),
    ];
    for (const t of tensors) t[Symbol.dispose]();
  }
}
