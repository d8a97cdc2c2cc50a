/** @file The tensors of a batch in which the continuations of a prompt share its keys and values. */
import { allocate } from "../engine/dtype.ts";
import { type Binding, HostTensor } from "../engine/ort/ort.ts";
import type { Program } from "../engine/program.ts";
import type { SamplingOptions } from "./choose_token.ts";
import type { PolicyConfig } from "./config.ts";
import type { ContinuationCache } from "./continuation_cache.ts";
import type { KvCache } from "./kv_cache.ts";
import type { Row } from "./row.ts";

/** Score of what a token may not see; its exponential is 0 in float32. */
const HIDDEN = -1e9;

/**
 * The next step of every continuation in `groups`, those of one prompt in each; the prompts' caches are the first rows of
 * `prompts`, in the same order.
 *
 * @ignore Internal: {@link decodeShared} is what uses it.
 */
export class SharedBatch implements Disposable {
  readonly #groups: readonly (readonly Row[])[];
  readonly #own: ContinuationCache;
  readonly #held = new DisposableStack();
  readonly #ids: HostTensor<"int32">;
  readonly #positions: HostTensor<"int32">;
  readonly #index: HostTensor<"int64">;
  readonly #ownBias: HostTensor<"float32">;
  readonly #probabilities: HostTensor<"float32">;
  readonly #binding: Binding;

  /** Binds `program`, the compiled `sharedDecodingGraph`. The caches stay the caller's. */
  constructor(
    program: Program,
    config: PolicyConfig,
    prompts: KvCache,
    own: ContinuationCache,
    groups: readonly (readonly Row[])[],
    { temperature }: SamplingOptions,
  ) {
    this.#groups = groups;
    this.#own = own;
    const { heads, kvHeads, vocabSize } = config;
    const { count, capacity } = own;
    const rows = groups.length;
    const use = <T extends HostTensor>(tensor: T): T => this.#held.use(tensor);
    const sizes = (...values: number[]) =>
      use(new HostTensor("int64", [values.length], BigInt64Array.from(values, BigInt)));
    this.#ids = use(HostTensor.zeros("int32", [rows, count]));
    this.#positions = use(HostTensor.zeros("int32", [rows, count]));
    this.#index = use(HostTensor.zeros("int64", [rows, kvHeads, count, 4]));
    for (let i = 0; i < rows * kvHeads * count; i++) {
      const [row, head, at] = [
        Math.floor(i / (kvHeads * count)),
        Math.floor(i / count) % kvHeads,
        i % count,
      ];
      this.#index.data.set([row, head, at].map(BigInt), 4 * i);
    }
    const width = prompts.capacity;
    const promptBias = use(HostTensor.zeros("float32", [rows, 1, 1, width]));
    groups.forEach(([row], i) =>
      promptBias.data.fill(HIDDEN, i * width + row!.request.prompt.length, (i + 1) * width)
    );
    this.#ownBias = use(
      new HostTensor("float32", [capacity], allocate("float32", capacity).fill(HIDDEN)),
    );
    this.#probabilities = use(HostTensor.zeros("float32", [rows * count, vocabSize]));
    const inverse = temperature === 0 ? 1 : 1 / temperature;
    const shared = Object.entries(prompts.view(0, rows)).map(([name, tensor]) =>
      [`prompt/${name}`, use(tensor)] as const
    );
    const group = heads / kvHeads;
    const next = Object.entries(own.tensors).map(([name, tensor]) => [`${name}/next`, tensor]);
    this.#binding = this.#held.use(program.bind(
      {
        ...Object.fromEntries(shared),
        ...own.tensors,
        ids: this.#ids,
        positions: this.#positions,
        index: this.#index,
        promptBias,
        ownBias: this.#ownBias,
        widths: sizes(width, capacity),
        besidePrompt: sizes(rows, kvHeads, count * group, capacity),
        byContinuation: sizes(rows, kvHeads, count, group, capacity),
        inverseTemperature: use(new HostTensor("float32", [], Float32Array.of(inverse))),
      },
      { ...Object.fromEntries(next), probabilities: this.#probabilities },
    ));
  }

  /** Feeds the last token of every continuation as its `written`-th in the cache (from 0), and computes the next one's probabilities. */
  run(written: number): void {
    const { count } = this.#own;
    this.#groups.forEach((rows, i) => {
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const prompt = rows[0]!.request.prompt.length;
        this.#ids.data[i * count + at] = row?.tokens.at(-1) ?? 0;
        // Nobody reads what comes of a row that is done, or of a place that has none.
        this.#positions.data[i * count + at] = row && !row.done ? prompt + written : prompt;
      }
    });
    const index = this.#index.data;
    for (let i = 3; i < index.length; i += 4) index[i] = BigInt(written);
    this.#ownBias.data.fill(0, 0, written + 1);
    this.#binding.run();
  }

  /** Probabilities of the next token of a continuation. */
  probabilities(group: number, at: number): Float32Array {
    const width = this.#probabilities.shape[1]!;
    const row = group * this.#own.count + at;
    return this.#probabilities.data.subarray(row * width, (row + 1) * width);
  }

  /** Releases all but the caches. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
