/** @file What a training stage tells while it runs. */
import type { StageContext } from "../../runs/stage.ts";
import { JsonLines } from "./json_lines.ts";

/**
 * Reports progress, and writes how long each update took to `timings.jsonl`, apart from what a seed fixes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const notes: string[] = [];
 * {
 *   using progress = new Progress({
 *     dir, parent: null, seed: 1, threads: 1,
 *     report: (event) => event.type === "progress" && notes.push(`${event.done}/${event.total}`),
 *   }, 2, "updates");
 *   progress.advance("loss 1.5");
 * }
 * assertEquals(notes, ["0/2", "1/2"]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class Progress implements Disposable {
  readonly #context: StageContext;
  readonly #total: number;
  readonly #unit: string;
  readonly #timings: JsonLines;
  #done = 0;
  #since = performance.now();

  /** `total` units of work lie ahead. */
  constructor(context: StageContext, total: number, unit: string) {
    this.#context = context;
    this.#total = total;
    this.#unit = unit;
    this.#timings = new JsonLines(`${context.dir}/timings.jsonl`);
    this.#report("");
  }

  /** One unit is done. */
  advance(note: string, details: Readonly<Record<string, number>> = {}): void {
    const now = performance.now();
    this.#timings.write({ step: this.#done++, ms: Math.round(now - this.#since), ...details });
    this.#since = now;
    this.#report(note);
  }

  /** Closes the file of times. */
  [Symbol.dispose](): void {
    this.#timings[Symbol.dispose]();
  }

  #report(note: string): void {
    const [done, total, unit] = [this.#done, this.#total, this.#unit];
    this.#context.report({ type: "progress", done, total, unit, note });
  }
}
