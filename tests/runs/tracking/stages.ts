/** @file A stage as trackers are told of it, and one that does nothing. */
import type { PlannedStage } from "../../../src/experiment/plan.ts";
import type { MetricRow } from "../../../src/results/outcome.ts";
import type { TrackedStage, Tracker } from "../../../src/runs/tracking/tracker.ts";
import { planOf, PROVENANCE } from "../fixtures.ts";

/** A stage of the usual plan. */
export async function trackedStage(changes: Partial<TrackedStage> = {}): Promise<TrackedStage> {
  const { id, label, spec: config }: PlannedStage = (await planOf()).stages.find(({ spec }) =>
    spec.kind === "train"
  )!;
  const cell = { arm: "sft", size: "1m", seed: 1, position: 0, arms: ["sft"] };
  const rest = { provenance: PROVENANCE, finishedBefore: false, start: 1_700_000_000_250 };
  return { id, label, kind: "sft", cell, config, ...rest, ...changes };
}

/** Records what it is told. */
export class RecordingTracker implements Tracker {
  readonly name = "recording";
  readonly told: string[] = [];

  begin({ label, finishedBefore }: TrackedStage): Promise<void> {
    this.told.push(`begin ${label}${finishedBefore ? " (finished before)" : ""}`);
    return Promise.resolve();
  }

  rows({ label }: TrackedStage, rows: readonly MetricRow[]): Promise<void> {
    for (const row of rows) this.told.push(`row ${label} ${JSON.stringify(row)}`);
    return Promise.resolve();
  }

  end({ label }: TrackedStage, how: string): Promise<void> {
    this.told.push(`end ${label}: ${how}`);
    return Promise.resolve();
  }

  close(): Promise<null> {
    return Promise.resolve(null);
  }
}
