/** @file What a training stage tells while it runs. */
import type { StageContext } from "../../runs/stage.ts";
import type { JsonLines } from "./json_lines.ts";

/**
 * Reports progress, and writes how long each update took, apart from what a seed fixes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { JsonLines } from "./json_lines.ts";
 *
 * const dir = await Deno.makeTempDir();
 * const notes: string[] = [];
 * {
 *   using timings = new JsonLines(`${dir}/timings.jsonl`);
 *   const progress = new Progress({
 *     dir, parent: null, seed: 1, threads: 1,
 *     report: (event) => event.type === "progress" && notes.push(`${event.done}/${event.total}`),
 *   }, timings, 2, "updates");
 *   progress.advance("loss 1.5");
 * }
 * assertEquals(notes, ["0/2", "1/2"]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class Progress {
  readonly #context: StageContext;
  readonly #total: number;
  readonly #unit: string;
  readonly #timings: JsonLines;
  #done: number;
  #since = performance.now();

  /** Of `total` units of work, `done` are done. The file of times stays the caller's. */
  constructor(
    context: StageContext,
    timings: JsonLines,
    total: number,
    unit: string,
    done = 0,
  ) {
    this.#context = context;
    this.#total = total;
    this.#unit = unit;
    this.#timings = timings;
    this.#done = done;
    this.#report("");
  }

  /** One unit is done. */
  advance(note: string, details: Readonly<Record<string, number>> = {}): void {
    const now = performance.now();
    this.#timings.write({ step: this.#done++, ms: Math.round(now - this.#since), ...details });
    this.#since = now;
    this.#report(note);
  }

  #report(note: string): void {
    const [done, total, unit] = [this.#done, this.#total, this.#unit];
    this.#context.report({ type: "progress", done, total, unit, note });
  }
}
