/** @file Files that a stage appends to while it runs. */
import { basename } from "node:path";
import { faultPoint } from "../../fault_point.ts";

/**
 * A file of JSON lines. `metrics.jsonl` and `rollouts.jsonl` hold nothing but what the seed fixes, so that two runs write
 * the same bytes; times go to `timings.jsonl`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * {
 *   using rows = new JsonLines(path);
 *   rows.write({ step: 0, loss: 1.5 });
 * }
 * assertEquals(await Deno.readTextFile(path), '{"step":0,"loss":1.5}\n');
 * await Deno.remove(path);
 * ```
 */
export class JsonLines implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  readonly #name: string;
  #length: number;

  /** Creates the file, or cuts it off behind `length` bytes and goes on there. */
  constructor(path: string, length = 0) {
    this.#file = Deno.openSync(path, { write: true, create: true });
    this.#file.truncateSync(length);
    this.#file.seekSync(length, Deno.SeekMode.Start);
    this.#length = length;
    this.#name = basename(path);
  }

  /** Bytes in the file. */
  get length(): number {
    return this.#length;
  }

  /** Appends one line for each row. */
  write(...rows: readonly object[]): void {
    faultPoint(`${this.#name}: append`);
    const bytes = this.#encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
    this.#length += bytes.length;
    faultPoint(`${this.#name}: appended`);
  }

  /** Brings everything to the disk. */
  sync(): void {
    this.#file.syncDataSync();
  }

  /** Brings everything to the disk and closes the file. */
  [Symbol.dispose](): void {
    this.sync();
    this.#file.close();
  }
}
