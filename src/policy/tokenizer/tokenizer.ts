/** @file A policy's tokenizer: text to ids and back. */

import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { InputError } from "../../errors.ts";
import { readText, readTextIfPresent, replaceWhole } from "../../files.ts";
import { AddedTokens } from "./added_tokens.ts";
import { bytesOfToken } from "./byte_level.ts";
import { CharEncoder } from "./char_encoder.ts";
import { StreamDecoder } from "./stream_decoder.ts";
import type { TokenizerFiles } from "./tokenizer_files.ts";
import { type Lexicon, parseTokenizer } from "./parse_tokenizer.ts";

/**
 * A byte-level BPE tokenizer in Hugging Face's format. It loses no text: what the vocabulary cannot express is an error
 * when it is encoded, never a silent unknown token. (A normaliser that the file asks for, Unicode's NFC, is applied.)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = Tokenizer.of({
 *   "tokenizer.json": JSON.stringify({
 *     added_tokens: [{ id: 0, content: "<think>", special: false }],
 *     normalizer: null, pre_tokenizer: { type: "ByteLevel" }, post_processor: null, decoder: { type: "ByteLevel" },
 *     model: { type: "BPE", unk_token: null, vocab: { "<think>": 0, a: 1, b: 2 }, merges: [] },
 *   }),
 *   "tokenizer_config.json": "{}",
 * });
 * assertEquals(tokenizer.encode("<think>ab"), [0, 1, 2]);
 * assertEquals(tokenizer.decode([0, 1, 2]), "<think>ab");
 * assertEquals(tokenizer.decode([]), "");
 * assertEquals(tokenizer.tokenId("<think>"), 0);
 * ```
 */
export class Tokenizer {
  /** The files that it was made from. */
  readonly files: TokenizerFiles;
  /** Highest id, plus one. A policy's vocabulary may be larger, never smaller. */
  readonly vocabSize: number;
  /** Whether it has a token for every byte, and so for every text; else it has those of its own characters alone. */
  readonly complete: boolean;
  /** Whether a plain text is opened with the token that the policy has for that; `tokenizer_config.json` may say no. */
  readonly opens: boolean;
  readonly #lexicon: Lexicon;
  readonly #added: AddedTokens;
  readonly #contents: ReadonlySet<string>;
  readonly #encode: (text: string, start: number) => number[];
  readonly #bytes: (Uint8Array<ArrayBuffer> | undefined)[] = [];

  private constructor(
    files: TokenizerFiles,
    lexicon: Lexicon,
    encode: (text: string, start: number) => number[],
  ) {
    this.files = files;
    this.vocabSize = lexicon.tokens.length;
    this.complete = lexicon.complete;
    this.opens = lexicon.opens;
    this.#lexicon = lexicon;
    this.#added = new AddedTokens(lexicon.added, lexicon.nfc);
    this.#contents = new Set(lexicon.added.map(({ content }) => content));
    this.#encode = encode;
  }

  /**
   * Makes a tokenizer from the text of its files.
   *
   * @param files The files.
   * @param dir What error messages name as their folder.
   * @throws {InputError} where they are malformed, or of a kind that could lose text.
   */
  static of(files: TokenizerFiles, dir = "tokenizer"): Tokenizer {
    const lexicon = parseTokenizer(files, dir);
    if (!lexicon.complete) {
      const characters = new CharEncoder(lexicon.tokens);
      return new Tokenizer(files, lexicon, (text, start) => characters.encode(text, start));
    }
    try {
      // The package reads nothing else of the configuration that bears on byte-level tokenizers.
      const bpe = new HfTokenizer(lexicon.json, { clean_up_tokenization_spaces: false });
      return new Tokenizer(
        files,
        lexicon,
        (text) => bpe.encode(text, { add_special_tokens: false }).ids,
      );
    } catch (error) {
      throw new InputError(`${dir}/tokenizer.json: ${(error as Error).message}`);
    }
  }

  /**
   * Reads the tokenizer of a policy folder.
   *
   * @param dir The folder; holds `tokenizer.json` and `tokenizer_config.json`.
   * @throws {InputError} where a file is missing or malformed, or the tokenizer is of a kind that could lose text.
   */
  static async load(dir: string): Promise<Tokenizer> {
    const template = await readTextIfPresent(`${dir}/chat_template.jinja`);
    const roles = await readTextIfPresent(`${dir}/special_tokens_map.json`);
    const files: TokenizerFiles = {
      "tokenizer.json": await readText(`${dir}/tokenizer.json`),
      "tokenizer_config.json": await readText(`${dir}/tokenizer_config.json`),
      ...(template === null ? {} : { "chat_template.jinja": template }),
      ...(roles === null ? {} : { "special_tokens_map.json": roles }),
    };
    return Tokenizer.of(files, dir);
  }

  /** Writes the files as they were read, byte for byte, into a folder that is made where there is none. */
  async save(dir: string): Promise<void> {
    await Deno.mkdir(dir, { recursive: true });
    for (const [name, text] of Object.entries(this.files)) {
      await replaceWhole(`${dir}/${name}`, (temporary) => Deno.writeTextFile(temporary, text));
    }
  }

  /**
   * The ids of a text. Added tokens in it (`<think>`) become their ids; no token is added that is not in the text.
   *
   * @param mark What {@link guard} put into the text; it is dropped, and the tokens that it breaks stay text.
   * @throws {InputError} where the text holds a character that the vocabulary does not have, or half a surrogate pair.
   */
  encode(text: string, mark?: string): number[] {
    if (!text.isWellFormed()) {
      throw new InputError("text: expected whole Unicode characters, found half a surrogate pair");
    }
    let at = 0;
    return this.#added.split(text).flatMap((piece) => {
      const plain = mark === undefined ? piece.text : piece.text.replaceAll(mark, "");
      const ids = piece.id === null ? this.#encode(plain, at) : [piece.id];
      at += plain.length;
      return ids;
    });
  }

  /**
   * Breaks the tokens in a text that direct a model and are no text (`<eos>`, `<|im_end|>`; not `<think>` and `</think>`), so
   * that {@link encode} takes them for the characters that they are written in: for text that comes from outside.
   *
   * @param mark A character that is not in the text.
   */
  guard(text: string, mark: string): string {
    return this.#added.guard(text, mark);
  }

  /** Whether an id is that of an added token. */
  isAdded(id: number): boolean {
    return this.#contents.has(this.#lexicon.tokens[id] ?? "");
  }

  /** The text of some ids, added tokens included. An id that no token has gives nothing, as in the Rust library. */
  decode(ids: Iterable<number>): string {
    const stream = this.stream();
    let text = "";
    for (const id of ids) text += stream.push(id);
    return text + stream.end();
  }

  /** A decoder for ids that arrive one by one. */
  stream(): StreamDecoder {
    return new StreamDecoder((id) => this.#bytes[id] ??= this.#bytesOf(id));
  }

  /**
   * The id of a token.
   *
   * @param token Its content, e.g. `<think>`; other tokens are written in the characters of their bytes.
   * @throws {InputError} where the vocabulary does not have it.
   */
  tokenId(token: string): number {
    const id = this.#lexicon.tokens.indexOf(token);
    if (id < 0) throw new InputError(`tokenizer: no token ${JSON.stringify(token)}`);
    return id;
  }

  #bytesOf(id: number): Uint8Array<ArrayBuffer> {
    const token = this.#lexicon.tokens[id] ?? "";
    const bytes = this.#contents.has(token) ? null : bytesOfToken(token);
    return bytes ?? new TextEncoder().encode(token);
  }
}
