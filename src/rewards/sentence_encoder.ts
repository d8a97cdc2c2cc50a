/** @file Sentence embeddings from an ONNX model. */
import { Tokenizer } from "@huggingface/tokenizers";
import { allocate } from "../engine/dtype.ts";
import { Binding, HostTensor, Session } from "../engine/ort/ort.ts";
import { InputError } from "../errors.ts";
import { encoderFiles } from "./encoder_files.ts";

/** Inputs of encoders of the BERT family, and what they hold: all are int64 `[1, tokens]`. */
const INPUTS: Readonly<Record<string, (ids: readonly number[]) => bigint[]>> = {
  input_ids: (ids) => ids.map(BigInt),
  // One text at a time needs no padding: every token counts, and all belong to the first segment.
  attention_mask: (ids) => ids.map(() => 1n),
  token_type_ids: (ids) => ids.map(() => 0n),
};

/** Outputs that hold a vector for each token, by the names that exports give them. */
const OUTPUTS = ["last_hidden_state", "token_embeddings"];

/** A sentence encoder; its model is native memory. */
export class SentenceEncoder implements Disposable {
  readonly #session: Session;
  readonly #inputs: readonly string[];
  readonly #output: string;
  readonly #width: number;
  readonly #tokenize: (text: string) => number[];

  private constructor(session: Session, width: number, tokenize: (text: string) => number[]) {
    this.#session = session;
    this.#width = width;
    this.#tokenize = tokenize;
    this.#inputs = session.inputNames;
    const strange = this.#inputs.find((name) => !Object.hasOwn(INPUTS, name));
    if (strange !== undefined || !this.#inputs.includes("input_ids")) {
      throw new InputError(
        `expected the inputs ${Object.keys(INPUTS).join(", ")}, found ${this.#inputs.join(", ")}`,
      );
    }
    const names = session.outputNames;
    const output = OUTPUTS.find((name) => names.includes(name)) ??
      (names.length === 1 ? names[0] : undefined);
    if (output === undefined) {
      throw new InputError(
        `expected the output ${OUTPUTS.join(" or ")}, found ${names.join(", ")}`,
      );
    }
    this.#output = output;
  }

  /**
   * Reads a Hugging Face folder: `onnx/model.onnx` or `model.onnx`, `tokenizer.json`, and `config.json` with `hidden_size`.
   *
   * @param folder The folder.
   * @param maxTokens Most tokens of a text, those that the tokenizer adds included; the rest is cut off.
   * @throws {InputError} where a file is missing, or not of such an encoder.
   */
  static async load(folder: string, maxTokens: number): Promise<SentenceEncoder> {
    const files = await encoderFiles(folder);
    const json = (path: string) => Deno.readTextFile(path).then(JSON.parse);
    try {
      const config = await json(files.config);
      const { hidden_size: width, max_position_embeddings: positions = Infinity } = config;
      if (!Number.isSafeInteger(width) || width < 1) {
        throw new InputError(`config.json: hidden_size: expected a width, found ${width}`);
      }
      if (maxTokens > positions) {
        throw new InputError(`maxTokens: found ${maxTokens}; expected at most ${positions}`);
      }
      const tokenize = cutting(
        new Tokenizer(await json(files.tokenizer), { clean_up_tokenization_spaces: false }),
        maxTokens,
      );
      const session = new Session(await Deno.readFile(files.model), 1);
      try {
        return new SentenceEncoder(session, width, tokenize);
      } catch (error) {
        session[Symbol.dispose]();
        throw error;
      }
    } catch (error) {
      throw new InputError(`${folder}: not a sentence encoder: ${(error as Error).message}`);
    }
  }

  /** The mean of the tokens' vectors, of length 1; `hidden_size` numbers. A text without tokens gives zeros. */
  embed(text: string): Float64Array {
    const ids = this.#tokenize(text.toWellFormed());
    const mean = new Float64Array(this.#width);
    if (ids.length === 0) return mean;
    const tensors = this.#inputs.map((name) => {
      const data = allocate("int64", ids.length);
      data.set(INPUTS[name]!(ids));
      return [name, new HostTensor("int64", [1, ids.length], data)] as const;
    });
    using hidden = HostTensor.zeros("float32", [1, ids.length, this.#width]);
    try {
      const outputs = new Map([[this.#output, hidden]]);
      using binding = new Binding(this.#session, new Map(tensors), outputs);
      binding.run();
    } finally {
      for (const [, tensor] of tensors) tensor[Symbol.dispose]();
    }
    hidden.data.forEach((value, i) => mean[i % this.#width]! += value);
    const norm = Math.hypot(...mean);
    return norm === 0 ? mean : mean.map((value) => value / norm);
  }

  /** Gives the model back. */
  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }
}

/** Ids with what the tokenizer adds around them, of which only the text between is cut. */
function cutting(tokenizer: Tokenizer, maxTokens: number): (text: string) => number[] {
  const plain = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole = (text: string) => tokenizer.encode(text, { add_special_tokens: true }).ids;
  const [inner, outer] = [plain("a"), whole("a")];
  const added = outer.length - inner.length;
  const start = Array.from({ length: added + 1 }, (_, at) => at)
    .find((at) => inner.every((id, i) => outer[at + i] === id));
  if (start === undefined) {
    throw new InputError(
      "tokenizer.json: expected tokens to be added around a text, not within it",
    );
  }
  const [before, after] = [outer.slice(0, start), outer.slice(start + inner.length)];
  if (maxTokens <= added) {
    throw new InputError(`maxTokens: found ${maxTokens}; expected more than the ${added} added`);
  }
  return (text) => [...before, ...plain(text).slice(0, maxTokens - added), ...after];
}

/**
 * Cosine of two vectors of length 1; 0 where one is zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cosine(Float64Array.of(0.6, 0.8), Float64Array.of(1, 0)), 0.6);
 * ```
 */
export function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
