/** @file From logits to tokens within a graph, and the tensors that this reads and writes. */
import type { Tensor } from "../../engine/graph.ts";
import { mostProbable, sample } from "../../engine/ops/mod.ts";
import { HostTensor } from "../../engine/ort/ort.ts";
import type { SamplingOptions } from "../choose_token.ts";
import type { PolicyConfig } from "../config.ts";
import { append, type GenerationOptions, type Row } from "../row.ts";

/** How tokens are drawn: each way is a graph of its own. */
export type SamplingMode = "greedy" | "all" | "truncated";

/** The way that options ask for. */
export function samplingMode({ temperature, topP, topK }: SamplingOptions): SamplingMode {
  return temperature === 0 ? "greedy" : topP < 1 || topK > 0 ? "truncated" : "all";
}

/** Adds outputs `tokens` and `logProbs` `[N]` for logits `[N, vocabulary]`, and the inputs that {@link SamplingTensors} feeds. */
export function sampleIn(mode: SamplingMode): (logits: Tensor) => void {
  return (logits) => {
    const { graph, shape: [n] } = logits;
    const scalar = (name: string) => graph.input(name, "float32", []);
    const drawn = mode === "greedy" ? mostProbable(logits) : sample(
      logits,
      {
        inverseTemperature: scalar("inverseTemperature"),
        uniform: graph.input("uniform", "float32", [n!]),
        rows: graph.input("rows", "int32", [n!]),
      },
      mode === "truncated" ? { topP: scalar("topP"), topK: scalar("topK") } : null,
    );
    graph.output("tokens", drawn.tokens);
    graph.output("logProbs", drawn.logProbs);
  };
}

/** What crosses between this process and a device for the tokens of a step: a number and a place a row, and its token with its log-probability. */
export class SamplingTensors implements Disposable {
  /** By the names that {@link sampleIn} gives them. */
  readonly inputs: Readonly<Record<string, HostTensor>>;
  /** The same. */
  readonly outputs: {
    readonly tokens: HostTensor<"int32">;
    readonly logProbs: HostTensor<"float32">;
  };
  readonly #held = new DisposableStack();
  readonly #uniform: HostTensor<"float32"> | null;
  readonly #options: GenerationOptions;

  /** For `count` rows. */
  constructor({ vocabSize }: PolicyConfig, count: number, options: GenerationOptions) {
    const { temperature, topP, topK } = options;
    const use = <T extends HostTensor>(tensor: T): T => this.#held.use(tensor);
    const scalar = (value: number) => use(new HostTensor("float32", [], Float32Array.of(value)));
    const mode = samplingMode(options);
    this.#options = options;
    this.#uniform = mode === "greedy" ? null : use(HostTensor.zeros("float32", [count]));
    const rows = Int32Array.from({ length: count }, (_, i) => i);
    this.inputs = {
      ...this.#uniform && {
        uniform: this.#uniform,
        inverseTemperature: scalar(1 / temperature),
        rows: use(new HostTensor("int32", [count], rows)),
      },
      ...mode === "truncated" && { topP: scalar(topP), topK: scalar(topK || vocabSize) },
    };
    this.outputs = {
      tokens: use(HostTensor.zeros("int32", [count])),
      logProbs: use(HostTensor.zeros("float32", [count])),
    };
  }

  /** Takes the next number of the stream of every row that is still written. */
  draw(rows: readonly (Row | undefined)[]): void {
    rows.forEach((row, i) => {
      if (this.#uniform && row && !row.done) this.#uniform.data[i] = row.stream.next();
    });
  }

  /**
   * Adds the drawn tokens to the rows that are still written.
   *
   * @throws {RangeError} where a logit was not finite: the policy's weights are broken.
   */
  append(rows: readonly (Row | undefined)[]): void {
    const { tokens, logProbs } = this.outputs;
    rows.forEach((row, i) => {
      if (!row || row.done) return;
      const logProb = logProbs.data[i]!;
      if (!Number.isFinite(logProb)) throw new RangeError("the logits are not finite");
      append(row, { token: tokens.data[i]!, logProb }, this.#options);
    });
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
