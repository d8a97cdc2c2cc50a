/** @file Files that a stage appends to while it runs. */

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

  /** Creates the file, or empties it. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  /** Appends one line for each row. */
  write(...rows: readonly object[]): void {
    const bytes = this.#encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  /** Brings everything to the disk and closes the file. */
  [Symbol.dispose](): void {
    this.#file.syncDataSync();
    this.#file.close();
  }
}
