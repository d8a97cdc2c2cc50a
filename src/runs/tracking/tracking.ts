/** @file Follows the stages of a run on disk and tells trackers about them: the one place that does. */
import type { Plan, PlannedStage } from "../../experiment/plan.ts";
import { METRICS } from "../../results/jsonl_rows.ts";
import type { MetricRow } from "../../results/outcome.ts";
import { kindOf } from "../estimate.ts";
import type { RunEvent } from "../events.ts";
import { readProvenance, type RunProvenance } from "../provenance.ts";
import { RowFollower } from "../row_follower.ts";
import type { StageStore } from "../store.ts";
import type { TrackedEnd, TrackedStage, Tracker } from "./tracker.ts";

/** How often the files of running stages are read, in milliseconds. */
const EVERY_MS = 1000;

/** What is needed to follow a run. */
export interface TrackingOptions {
  /** What is run. */
  readonly plan: Plan;
  /** Where its stages are. */
  readonly store: StageStore;
  /** What new stages are made from. */
  readonly provenance: RunProvenance;
  /** Who is told. */
  readonly trackers: readonly Tracker[];
  /** How often running stages are looked at, in milliseconds. Default 1000. */
  readonly every?: number;
}

/** A stage that the trackers were told the beginning of. */
interface Followed {
  readonly stage: TrackedStage;
  readonly metrics: RowFollower<MetricRow>;
}

/**
 * Follows a run: give it every event, and close it at the end. Trackers are told of stages that run, of new rows of their
 * `metrics.jsonl` while they run, of an evaluation's scores when it ends; and of stages that were finished before, which they may
 * not know yet. All is read from the stages' folders, whoever makes them; what a tracker does never holds up a stage.
 */
export class Tracking {
  readonly #options: TrackingOptions;
  readonly #cells: ReadonlyMap<string, TrackedStage["cell"]>;
  readonly #followed = new Map<string, Followed>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #faults: string[] = [];
  /** Trackers are told one thing after another, in the order in which it happened. */
  #queue: Promise<void> = Promise.resolve();
  #looking = false;

  /** Starts to follow. */
  constructor(options: TrackingOptions) {
    this.#options = options;
    this.#cells = cellsOf(options.plan);
    this.#timer = setInterval(() => this.#look(), options.every ?? EVERY_MS);
  }

  /** Takes an event in; returns at once. */
  event(event: RunEvent): void {
    const { stage } = event;
    const now = Date.now();
    switch (event.type) {
      case "started":
        return this.#then(() => {
          const { provenance } = this.#options;
          return this.#begin(
            this.#tracked(stage, { provenance, start: now, finishedBefore: false }),
          );
        });
      case "finished":
        return this.#then(() => this.#end(stage.id, "finished", now));
      case "failed":
        return this.#then(() => this.#end(stage.id, "failed", now));
      case "reused":
        return this.#then(() => this.#whole(stage));
    }
  }

  /**
   * Ends it: stages that are still open were stopped.
   *
   * @returns What was not told, a line for each tracker; none where all was.
   */
  async close(): Promise<string[]> {
    clearInterval(this.#timer);
    const now = Date.now();
    // In the queue too, because what began a moment ago may still wait there.
    this.#then(async () => {
      for (const id of [...this.#followed.keys()]) await this.#end(id, "stopped", now);
    });
    await this.#queue;
    const lines = [...new Set(this.#faults)];
    for (const tracker of this.#options.trackers) {
      const untold = await tracker.close();
      if (untold === null) continue;
      const { lost, total, reason } = untold;
      lines.push(
        `warning: ${tracker.name}: ${lost} of ${total} values were not taken (${reason}); ` +
          "metrics.jsonl has all of them, and the next run with --track tells them anew",
      );
    }
    return lines;
  }

  #then(body: () => Promise<void>): void {
    this.#queue = this.#queue.then(body).catch((error: Error) => {
      this.#faults.push(`warning: tracking: ${error.message}`);
    });
  }

  /** Reads what running stages have added, unless an earlier look is not over yet. */
  #look(): void {
    if (this.#looking || this.#followed.size === 0) return;
    this.#looking = true;
    this.#then(async () => {
      const now = Date.now();
      try {
        for (const followed of this.#followed.values()) await this.#read(followed, now);
      } finally {
        this.#looking = false;
      }
    });
  }

  #tracked(
    { id, label, spec }: PlannedStage,
    rest: Pick<TrackedStage, "provenance" | "start" | "finishedBefore">,
  ): TrackedStage {
    const cell = this.#cells.get(id);
    if (!cell) throw new Error(`${label} belongs to no cell`);
    return { id, label, kind: kindOf(spec), cell, config: spec, ...rest };
  }

  async #begin(stage: TrackedStage): Promise<void> {
    this.#followed.set(stage.id, { stage, metrics: new RowFollower(METRICS) });
    for (const tracker of this.#options.trackers) await tracker.begin(stage);
  }

  /** @param time When the rows that are found were measured. */
  async #read({ stage, metrics }: Followed, time: number): Promise<void> {
    const dir = await this.#options.store.found(stage.id);
    const rows = dir === null ? [] : await metrics.read(`${dir}/metrics.jsonl`);
    // Called without rows too: a tracker may have some left from before.
    for (const tracker of this.#options.trackers) await tracker.rows(stage, rows, time);
  }

  async #end(id: string, how: TrackedEnd, time: number): Promise<void> {
    const followed = this.#followed.get(id);
    if (!followed) return;
    this.#followed.delete(id);
    const { stage } = followed;
    const { trackers } = this.#options;
    await this.#read(followed, time);
    if (how === "finished" && stage.config.kind === "evaluate") {
      // Scores take a moment to load, which a run without tracking does not wait for.
      const { evaluationScores } = await import("../evaluation_scores.ts");
      const scores = await evaluationScores(this.#options.store.dir(id), stage.config.evaluation);
      const row = { step: 0, ...scores };
      for (const tracker of trackers) await tracker.rows(stage, [row], time);
    }
    for (const tracker of trackers) await tracker.end(stage, how, time);
  }

  /** A stage that was finished before: its own provenance, and the time of its end for all that it left. */
  async #whole(planned: PlannedStage): Promise<void> {
    const { store } = this.#options;
    const made = await readProvenance(store.dir(planned.id));
    const start = Date.parse(made.start);
    const stage = this.#tracked(planned, { provenance: made, start, finishedBefore: true });
    await this.#begin(stage);
    await this.#end(stage.id, "finished", Date.parse(made.end));
  }
}

/** The first cell of each stage, in the plan's order, and the arms that use the stage. */
function cellsOf(plan: Plan): Map<string, TrackedStage["cell"]> {
  const cells = new Map<string, TrackedStage["cell"] & { readonly arms: string[] }>();
  for (const { arm, size, seed, training, evaluation } of plan.cells) {
    for (const [position, id] of [...training, evaluation].entries()) {
      const known = cells.get(id);
      if (known === undefined) cells.set(id, { arm, size, seed, position, arms: [arm] });
      else if (!known.arms.includes(arm)) known.arms.push(arm);
    }
  }
  return cells;
}
