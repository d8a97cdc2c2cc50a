/** @file Reads a file of rows while another process writes it. */
import { parseRows, type RowKind } from "../results/jsonl_rows.ts";

/**
 * Gives the rows that were added to a file since the last call. A line that is still being written is left for a later call. A
 * file that has become shorter was begun anew, and is read from its start again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { METRICS } from "../results/jsonl_rows.ts";
 *
 * const path = await Deno.makeTempFile();
 * const follower = new RowFollower(METRICS);
 * await Deno.writeTextFile(path, '{"step":1}\n{"st');
 * assertEquals((await follower.read(path)).length, 1);
 * await Deno.writeTextFile(path, 'ep":2}\n', { append: true });
 * assertEquals(await follower.read(path), [{ step: 2 }]);
 * await Deno.remove(path);
 * ```
 */
export class RowFollower<Row> {
  readonly #kind: RowKind<Row>;
  #offset = 0;
  #lines = 0;

  /** Starts before the first row. */
  constructor(kind: RowKind<Row>) {
    this.#kind = kind;
  }

  /** Rows given so far. */
  get count(): number {
    return this.#lines;
  }

  /**
   * The rows that are new. `path` may change from call to call: a folder is renamed when its stage is whole. None where there is
   * no file yet.
   *
   * @throws {InputError} naming file and line, for a whole line that is no row.
   */
  async read(path: string): Promise<Row[]> {
    const bytes = await this.#added(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end === 0) return [];
    const text = new TextDecoder().decode(bytes.subarray(0, end));
    const rows = parseRows(this.#kind, text, path);
    this.#offset += end;
    this.#lines += rows.length;
    return rows;
  }

  /** The bytes behind those that were read. */
  async #added(path: string): Promise<Uint8Array> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return new Uint8Array();
      throw error;
    }
    using open = file;
    const { size } = await open.stat();
    if (size < this.#offset) this.#offset = this.#lines = 0;
    await open.seek(this.#offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(size - this.#offset);
    let read = 0;
    while (read < bytes.length) {
      const count = await open.read(bytes.subarray(read));
      if (count === null) break; // Cut while it was read; the next call sees that.
      read += count;
    }
    return bytes.subarray(0, read);
  }
}
