/** @file Saves a training stage while it runs, so that it can go on from there. */
import { hashFile } from "../../hash_file.ts";
import { type RawTensor, SafetensorsFile, writeSafetensors } from "../../policy/safetensors.ts";
import {
  readResume,
  RESUME,
  type ResumeRecord,
  RUNNERS,
  writeResume,
} from "../../runs/resumable.ts";
import type { StageContext } from "../../runs/stage.ts";
import { StageStopped } from "../../runs/stopped.ts";
import { JsonLines } from "./json_lines.ts";

/** Everything that a stage needs to go on as if it had never ended. */
export interface StageState<S> {
  /** What is no tensor; survives JSON. */
  readonly state: S;
  /** Weights, optimiser moments, the best checkpoint so far. */
  readonly tensors: ReadonlyMap<string, RawTensor>;
}

/** Without a declared interval, seconds between two savings at least … */
const SECONDS = 60;
/** … and the time that saving took, times this: at most 1 % of a stage is spent on it. */
const SHARE = 100;

/** Two names, so that the file in force is never written to. */
const FILES = ["resume-a.safetensors", "resume-b.safetensors"] as const;

/**
 * Saves a stage's state between two optimiser steps: when it is time, and when the stage is told to stop. A state is in force when
 * `resume.json` names it, which is written last; until then the one before is. How often it is saved has no effect on what the stage
 * computes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * const context = { dir, parent: null, seed: 1, threads: 1, saveEvery: 0, report: () => {} };
 * const tensors = new Map([["w", { shape: [2], data: Float32Array.of(1, 2) }]]);
 * {
 *   using saver = await Saver.open<{ cursor: number }>(context);
 *   saver.lines("metrics.jsonl").write({ step: 0 });
 *   await saver.boundary(1, () => ({ state: { cursor: 5 }, tensors }));
 *   saver.lines("metrics.jsonl").write({ step: 1 }); // not saved any more
 * }
 * using saver = await Saver.open<{ cursor: number }>(context);
 * assertEquals([saver.step, saver.saved?.state.cursor], [1, 5]);
 * assertEquals(saver.saved?.tensors.get("w"), Float32Array.of(1, 2));
 * assertEquals(saver.lines("metrics.jsonl").length, 11);
 * ```
 */
export class Saver<S> implements Disposable {
  readonly #context: StageContext;
  readonly #lines = new Map<string, JsonLines>();
  readonly #record: ResumeRecord | null;
  readonly #start = performance.now();
  /** What the stage left behind; null where it begins. */
  readonly saved: {
    readonly state: S;
    readonly tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  } | null;
  #step: number;
  #since = this.#start;
  #cost = 0;
  #slot: number;

  private constructor(
    context: StageContext,
    record: ResumeRecord | null,
    tensors: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  ) {
    this.#context = context;
    this.#record = record;
    this.saved = record && { state: record.state as S, tensors };
    this.#step = record?.step ?? 0;
    this.#slot = record?.tensors.file === FILES[0] ? 1 : 0;
  }

  /**
   * Reads what an earlier process saved in the stage's folder, and removes what it wrote after that. What is damaged is not gone on
   * from: the stage then begins anew, and its log says so.
   */
  static async open<S>(context: StageContext): Promise<Saver<S>> {
    const { dir, report } = context;
    const found = await readResume(dir);
    if (found === null) return new Saver<S>(context, null, new Map());
    const record = found !== "damaged" && await isWhole(dir, found) ? found : null;
    const kept = new Set(RUNNERS);
    if (record) {
      for (const name of [RESUME, record.tensors.file, ...Object.keys(record.files)]) {
        kept.add(name);
      }
    }
    for (const name of await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)) {
      if (!kept.has(name)) await Deno.remove(`${dir}/${name}`, { recursive: true });
    }
    if (record === null) {
      report({ type: "log", message: "what was saved is damaged; the stage begins anew" });
      return new Saver<S>(context, null, new Map());
    }
    report({ type: "log", message: `goes on after update ${record.step}` });
    const tensors = new Map<string, Float32Array<ArrayBuffer>>();
    const file = await SafetensorsFile.open(`${dir}/${record.tensors.file}`);
    for (const name of file.entries.keys()) tensors.set(name, (await file.read(name)).data);
    return new Saver<S>(context, record, tensors);
  }

  /** Updates that need not be made again. */
  get step(): number {
    return this.#step;
  }

  /** A file that the stage appends to, in its folder; one of an earlier process is gone on with. Closed with this. */
  lines(name: string): JsonLines {
    const known = this.#lines.get(name);
    if (known) return known;
    const lines = new JsonLines(`${this.#context.dir}/${name}`, this.#record?.files[name]);
    this.#lines.set(name, lines);
    return lines;
  }

  /**
   * To be called between two optimiser steps, when `step` have been made: saves where it is time to.
   *
   * @param take The state as it is now; asked for only where it is saved.
   * @throws {StageStopped} where the stage was told to stop, after it has saved.
   */
  async boundary(step: number, take: () => StageState<S>): Promise<void> {
    const { saveEvery, stop } = this.#context;
    const stopping = stop?.aborted ?? false;
    const passed = (performance.now() - this.#since) / 1000;
    const due = passed >= (saveEvery ?? Math.max(SECONDS, SHARE * this.#cost));
    if (step > this.#step && (due || stopping)) await this.#save(step, take());
    if (stopping) throw new StageStopped(this.#step);
  }

  async #save(step: number, { state, tensors }: StageState<S>): Promise<void> {
    const { dir } = this.#context;
    const start = performance.now();
    for (const lines of this.#lines.values()) lines.sync();
    const file = FILES[this.#slot]!;
    await writeSafetensors(`${dir}/${file}`, tensors);
    await writeResume(dir, {
      step,
      seconds: (this.#record?.seconds ?? 0) + (start - this.#start) / 1000,
      files: Object.fromEntries([...this.#lines].map(([name, { length }]) => [name, length])),
      tensors: { file, sha256: await hashFile(`${dir}/${file}`, "resume") },
      state,
    });
    this.#step = step;
    this.#slot = 1 - this.#slot;
    // Half of the disk that is not needed any more.
    await Deno.remove(`${dir}/${FILES[this.#slot]}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    this.#since = performance.now();
    this.#cost = (this.#since - start) / 1000;
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    for (const lines of this.#lines.values()) lines[Symbol.dispose]();
  }
}

/** Whether the files are there that a record names, and are what they were. */
async function isWhole(dir: string, { files, tensors }: ResumeRecord): Promise<boolean> {
  for (const [name, length] of Object.entries(files)) {
    const info = await Deno.stat(`${dir}/${name}`).catch(() => null);
    if (info === null || info.size < length) return false;
  }
  const path = `${dir}/${tensors.file}`;
  if (await Deno.stat(path).catch(() => null) === null) return false;
  return await hashFile(path, "resume") === tensors.sha256;
}
