/** @file The tensors of a batch in which the continuations of a prompt share its keys and values. */
import { allocate } from "../engine/dtype.ts";
import { type AnyTensor, type Binding, HostTensor } from "../engine/ort/ort.ts";
import type { Program, Tensors } from "../engine/program.ts";
import type { PolicyConfig } from "./config.ts";
import type { Row } from "./row.ts";

/** Score of what a token may not see; its exponential is 0 in float32. */
const HIDDEN = -1e9;

/** Keys and values by name, `keys/<layer>` and `values/<layer>`. */
export type CacheTensors = Readonly<Record<string, AnyTensor>>;

/** What a batch reads and writes. */
export interface SharedTensors {
  /** Those of the prompts, `[R, kvHeads, P, headDim]`, in the order of the groups. */
  readonly prompts: CacheTensors;
  /** Those of the continuations, `[R, kvHeads, G, T, headDim]`. */
  readonly own: CacheTensors;
  /** What else the program reads: that which the logits are made into tokens or probabilities with, and weights. */
  readonly inputs: Tensors;
  /** What the program makes of the logits. */
  readonly outputs: Tensors;
}

/**
 * The next step of every continuation in `groups`, those of one prompt in each.
 *
 * @ignore Internal: what decodes on the processor and on a device uses it.
 */
export class SharedBatch implements Disposable {
  readonly #groups: readonly (readonly Row[])[];
  readonly #count: number;
  readonly #held = new DisposableStack();
  readonly #ids: HostTensor<"int32">;
  readonly #positions: HostTensor<"int32">;
  readonly #index: HostTensor<"int64">;
  readonly #ownBias: HostTensor<"float32">;
  /** Runs a step. */
  readonly binding: Binding;

  /** Binds `program`, the compiled `sharedDecoding`. The tensors stay the caller's. */
  constructor(
    program: Program,
    config: PolicyConfig,
    { prompts, own, inputs, outputs }: SharedTensors,
    groups: readonly (readonly Row[])[],
  ) {
    this.#groups = groups;
    const { heads, kvHeads } = config;
    const rows = groups.length;
    const width = prompts["keys/0"]!.shape[2]!;
    const [, , count, capacity] = own["keys/0"]!.shape as [number, number, number, number];
    this.#count = count;
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
    const promptBias = use(HostTensor.zeros("float32", [rows, 1, 1, width]));
    groups.forEach(([row], i) =>
      promptBias.data.fill(HIDDEN, i * width + row!.request.prompt.length, (i + 1) * width)
    );
    this.#ownBias = use(
      new HostTensor("float32", [capacity], allocate("float32", capacity).fill(HIDDEN)),
    );
    const shared = Object.entries(prompts).map(([name, tensor]) => [`prompt/${name}`, tensor]);
    const group = heads / kvHeads;
    const next = Object.entries(own).map(([name, tensor]) => [`${name}/next`, tensor]);
    this.binding = this.#held.use(program.bind(
      {
        ...inputs,
        ...Object.fromEntries(shared),
        ...own,
        ids: this.#ids,
        positions: this.#positions,
        index: this.#index,
        promptBias,
        ownBias: this.#ownBias,
        widths: sizes(width, capacity),
        besidePrompt: sizes(rows, kvHeads, count * group, capacity),
        byContinuation: sizes(rows, kvHeads, count, group, capacity),
      },
      { ...outputs, ...Object.fromEntries(next) },
    ));
  }

  /** Has the next run feed the last token of every continuation as its `written`-th in the cache (from 0). */
  feed(written: number): void {
    const count = this.#count;
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
  }

  /** Releases all but the given tensors. */
  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
