/** @file Answers on the disk, so that none is asked for twice. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { hashCanonical } from "../experiment/hash_canonical.ts";
import { fileReason } from "../file_reason.ts";
import type { Inference, InferenceAnswer, InferenceRequest } from "./inference.ts";

const entry = z.strictObject({
  key: z.string(),
  text: z.string(),
  tokens: z.number(),
  truncated: z.boolean(),
});

/**
 * The key of an answer: a hash of everything that it depends on. The request's `id` is a name only.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const request = {
 *   id: "a", prompt: { system: "", user: "1+1?" }, temperature: 1, seed: 7, maxTokens: null,
 * };
 * const key = journalKey({ model: "m" }, request);
 * assertEquals(journalKey({ model: "m" }, { ...request, id: "b" }), key);
 * assertNotEquals(journalKey({ model: "m" }, { ...request, seed: 8 }), key);
 * ```
 */
export function journalKey(identity: Inference["identity"], request: InferenceRequest): string {
  const { id: _, ...asked } = request;
  return hashCanonical({ identity, asked });
}

/**
 * A file to which each answer is appended, and brought to the disk, before anybody uses it. A crash can only tear its last
 * line; that is cut off when the journal is opened again, and its answer is asked for anew. One process at a time has it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * {
 *   using journal = await Journal.open(path);
 *   journal.append("k", { text: "4", tokens: 1, truncated: false });
 * }
 * await Deno.writeTextFile(path, '{"key":"torn', { append: true });
 * using again = await Journal.open(path);
 * assertEquals([again.size, again.get("k")?.text], [1, "4"]);
 * ```
 */
export class Journal implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #answers: Map<string, InferenceAnswer>;
  readonly #encoder = new TextEncoder();

  private constructor(file: Deno.FsFile, answers: Map<string, InferenceAnswer>) {
    this.#file = file;
    this.#answers = answers;
  }

  /**
   * Opens a journal, or begins one.
   *
   * @throws {InputError} where the file cannot be used, holds something else, or another process has it.
   */
  static async open(path: string): Promise<Journal> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path, { read: true, write: true, create: true });
    } catch (error) {
      throw new InputError(`${path}: cannot open the journal: ${fileReason(error)}`);
    }
    try {
      if (!await file.tryLock(true)) {
        throw new InputError(`${path}: another process is writing this journal; wait for its end`);
      }
      const { answers, whole } = await read(file, path);
      await file.truncate(whole);
      await file.seek(whole, Deno.SeekMode.Start);
      return new Journal(file, answers);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** How many answers there are. */
  get size(): number {
    return this.#answers.size;
  }

  /** The answer with this key. */
  get(key: string): InferenceAnswer | undefined {
    return this.#answers.get(key);
  }

  /** Keeps an answer: it is on the disk when this returns. */
  append(key: string, answer: InferenceAnswer): void {
    const { text, tokens, truncated } = answer;
    const line = `${JSON.stringify({ key, text, tokens, truncated })}\n`;
    const bytes = this.#encoder.encode(line);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#file.syncDataSync();
    this.#answers.set(key, answer);
  }

  /** Closes the file, which gives it to other processes. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Every answer, and how many bytes the whole lines take. */
async function read(
  file: Deno.FsFile,
  path: string,
): Promise<{ answers: Map<string, InferenceAnswer>; whole: number }> {
  const answers = new Map<string, InferenceAnswer>();
  const { size } = await file.stat();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let whole = 0;
  let row = 0;
  for await (const line of lines(file)) {
    row++;
    try {
      const { key, ...answer } = entry.parse(JSON.parse(decoder.decode(line)));
      answers.set(key, answer);
    } catch {
      // A file system may keep the length of what it was to write without the bytes.
      if (whole + line.length + 1 === size) break;
      throw new InputError(
        `${path}:${row}: not an answer of this journal; remove the file to ask for everything anew`,
      );
    }
    whole += line.length + 1;
  }
  return { answers, whole };
}

/** Lines that end with a newline, without it. */
async function* lines(file: Deno.FsFile): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(1 << 16);
  let pieces: Uint8Array[] = [];
  for (;;) {
    const count = await file.read(buffer);
    if (count === null) return;
    let from = 0;
    for (let end = buffer.indexOf(10); end !== -1 && end < count; end = buffer.indexOf(10, from)) {
      yield join([...pieces, buffer.subarray(from, end)]);
      pieces = [];
      from = end + 1;
    }
    if (from < count) pieces.push(buffer.slice(from, count));
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
