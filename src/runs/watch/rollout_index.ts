/** @file Where each step's rollouts are in a growing file, so that one step can be read without the rest. */
import { InputError } from "../../errors.ts";
import { parseRows, ROLLOUTS } from "../../results/jsonl_rows.ts";
import type { RolloutRow } from "../../results/outcome.ts";

/** A part of the file, in bytes. */
interface Span {
  readonly start: number;
  end: number;
}

/** Bytes read at once. */
const CHUNK = 4 << 20;

/** The writer's lines begin so; any other order of keys is found by parsing the line. */
const STEP_FIRST = /^\{"step":(\d{1,15}),/;

/**
 * An index of a `rollouts.jsonl`. It is kept up to date with the file by reading only what was added; it holds numbers,
 * never rows, whatever the file's size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"step":0,"group":0}\n{"step":0,"group":1}\n{"step":20,"group":0}\n');
 * const index = new RolloutIndex();
 * await index.update(path);
 * assertEquals(index.steps, [0, 20]);
 * await Deno.remove(path);
 * ```
 */
export class RolloutIndex {
  readonly #spans = new Map<number, Span[]>();
  #offset = 0;
  #turn: Promise<void> = Promise.resolve();

  /** Steps that there are rollouts of, ascending. */
  get steps(): number[] {
    return [...this.#spans.keys()].sort((a, b) => a - b);
  }

  /**
   * Takes in what was added; a line that is still being written is left for a later call. A file that has become shorter is
   * read anew, one that is missing is empty.
   */
  async update(path: string): Promise<void> {
    // One after another: two readers of the page may ask at once, and what is added must be taken in once.
    const before = this.#turn;
    const turn = Promise.withResolvers<void>();
    this.#turn = turn.promise;
    await before;
    try {
      await this.#update(path);
    } finally {
      turn.resolve();
    }
  }

  /**
   * The rows of a step; none of a step that there is none of.
   *
   * @throws {InputError} for a broken line, or where the file has become shorter since the last update.
   */
  async read(path: string, step: number): Promise<RolloutRow[]> {
    using file = await Deno.open(path);
    const rows: RolloutRow[] = [];
    for (const { start, end } of this.#spans.get(step) ?? []) {
      const bytes = new Uint8Array(end - start);
      await file.seek(start, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const read = await file.read(bytes.subarray(at));
        if (read === null) throw new InputError(`${path}: it was cut while it was read`);
        at += read;
      }
      rows.push(...parseRows(ROLLOUTS, new TextDecoder().decode(bytes), path));
    }
    return rows;
  }

  async #update(path: string): Promise<void> {
    let opened: Deno.FsFile;
    try {
      opened = await Deno.open(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    using file = opened;
    const { size } = await file.stat();
    if (size < this.#offset) {
      this.#spans.clear();
      this.#offset = 0;
    }
    let rest = new Uint8Array();
    await file.seek(this.#offset, Deno.SeekMode.Start);
    for (let at = this.#offset; at < size;) {
      const chunk = new Uint8Array(Math.min(CHUNK, size - at));
      const read = await file.read(chunk);
      if (read === null) break;
      at += read;
      const bytes = new Uint8Array(rest.length + read);
      bytes.set(rest);
      bytes.set(chunk.subarray(0, read), rest.length);
      rest = this.#take(bytes);
    }
  }

  /** Indexes the whole lines; returns what is behind the last. */
  #take(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const decoder = new TextDecoder();
    let at = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, at)) {
      const head = decoder.decode(bytes.subarray(at, Math.min(end, at + 40)));
      const found = STEP_FIRST.exec(head)?.[1];
      const step = found ?? JSON.parse(decoder.decode(bytes.subarray(at, end))).step;
      this.#add(Number(step), this.#offset, end + 1 - at);
      this.#offset += end + 1 - at;
      at = end + 1;
    }
    return bytes.slice(at);
  }

  #add(step: number, start: number, length: number): void {
    const spans = this.#spans.get(step) ?? [];
    const last = spans.at(-1);
    if (last?.end === start) last.end += length;
    else spans.push({ start, end: start + length });
    this.#spans.set(step, spans);
  }
}
