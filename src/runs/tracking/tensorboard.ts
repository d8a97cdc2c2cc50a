/** @file Writes stages' metrics where TensorBoard looks for them. */
import { namesIn } from "../../files.ts";
import { fileReason } from "../../file_reason.ts";
import type { MetricRow } from "../../results/outcome.ts";
import { fileStart, scalars, text } from "./tensorboard_events.ts";
import type { TrackedEnd, TrackedStage, Tracker, Untold } from "./tracker.ts";

/** A name as part of a path: nothing that leads elsewhere. */
function safe(name: string): string {
  return name.replace(/[^\p{L}\p{N} _.+=@→-]/gu, "_").replace(/^\.+/, "_");
}

/** A stage's file is being written. */
interface Writing {
  readonly path: string;
  readonly file: Deno.FsFile;
}

/**
 * A folder per stage, so that each is a run of its own in TensorBoard: `<arm>/<size>/seed <n>/<position> <kind> <start of id>`. A
 * stage that arms share is there once, under the first. Point TensorBoard at the folder above: `tensorboard --logdir DIR`.
 */
export class TensorBoardTracker implements Tracker {
  /** Its name. */
  readonly name = "tensorboard";
  readonly #dir: string;
  readonly #writing = new Map<string, Writing>();
  #lost = 0;
  #total = 0;
  #reason = "";

  /** Writes below a folder, which need not exist. */
  constructor(dir: string) {
    this.#dir = dir;
  }

  /**
   * Removes what an earlier run wrote of the stage, and begins its file with its config. Also of a stage that was finished before: to
   * write its file again takes a moment, and mends whatever became of it.
   */
  async begin(stage: TrackedStage): Promise<void> {
    await this.#try(1, async () => {
      const { arm, size, seed, position } = stage.cell;
      const run = `${position} ${safe(stage.kind)} ${stage.id.slice(0, 8)}`;
      const dir = `${this.#dir}/${safe(arm)}/${safe(size)}/seed ${seed}/${run}`;
      await Deno.mkdir(dir, { recursive: true });
      for (const name of await namesIn(dir)) {
        if (name.startsWith("events.out.tfevents.")) await Deno.remove(`${dir}/${name}`);
      }
      const seconds = stage.start / 1000;
      const path = `${dir}/events.out.tfevents.${Math.floor(seconds)}.${stage.id}`;
      const file = await Deno.open(path, { write: true, createNew: true });
      this.#writing.set(stage.id, { path, file });
      await write(file, fileStart(seconds));
      const config = JSON.stringify(stage.config, null, 2).replaceAll(/^/gm, "    ");
      await write(file, text("config", `${stage.label}\n\n${config}`, seconds));
    });
  }

  /** Appends every metric that is defined. */
  async rows(stage: TrackedStage, rows: readonly MetricRow[], time: number): Promise<void> {
    for (const { step, ...metrics } of rows) {
      const defined = Object.entries(metrics).filter((entry): entry is [string, number] =>
        entry[1] !== null
      );
      if (defined.length === 0) continue;
      await this.#try(defined.length, async () => {
        const writing = this.#writing.get(stage.id);
        if (!writing) throw new Error(`${stage.label}: its file could not be begun`);
        await write(writing.file, scalars(Object.fromEntries(defined), step, time / 1000));
      });
    }
  }

  /** Closes the stage's file. TensorBoard knows no ends of runs. */
  async end(stage: TrackedStage, _how: TrackedEnd, _time: number): Promise<void> {
    const writing = this.#writing.get(stage.id);
    this.#writing.delete(stage.id);
    if (writing) await this.#try(0, () => Promise.resolve(writing.file.close()));
  }

  /** Closes what is open. */
  close(): Promise<Untold | null> {
    for (const { file } of this.#writing.values()) file.close();
    this.#writing.clear();
    const [lost, total, reason] = [this.#lost, this.#total, this.#reason];
    return Promise.resolve(lost > 0 ? { lost, total, reason } : null);
  }

  /** Does something that is to tell `count` things; where it fails, they are lost, and the run goes on. */
  async #try(count: number, body: () => Promise<void>): Promise<void> {
    this.#total += count;
    try {
      await body();
    } catch (error) {
      this.#lost += count;
      this.#reason ||= fileReason(error);
    }
  }
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
