/** @file The contract between what follows a run and what tells a tracking system about it. */
import type { StageSpec } from "../../experiment/specs.ts";
import type { MetricRow } from "../../results/outcome.ts";
import type { RunProvenance } from "../provenance.ts";

/** A stage as a tracking system is told of it. */
export interface TrackedStage {
  /** Its id. */
  readonly id: string;
  /** What it is, for people. */
  readonly label: string;
  /** `sft`, `srl`, `rlvr` or `evaluate`. */
  readonly kind: string;
  /** The first cell that it belongs to, and every arm that uses it. */
  readonly cell: {
    /** Arm. */
    readonly arm: string;
    /** Policy size. */
    readonly size: string;
    /** Seed. */
    readonly seed: number;
    /** Place in the cell's chain of stages, from 0. */
    readonly position: number;
    /** Arms. */
    readonly arms: readonly string[];
  };
  /** Its whole config. */
  readonly config: StageSpec;
  /** What it is made from; for a stage that was finished before, its own. */
  readonly provenance: RunProvenance;
  /** Whether an earlier run finished it: a system that has all of it already need not be told again. */
  readonly finishedBefore: boolean;
  /** When it began, milliseconds since 1970. */
  readonly start: number;
}

/** How a stage ended. `stopped` means that the run was ended from outside. */
export type TrackedEnd = "finished" | "failed" | "stopped";

/** What was not told to a tracking system. */
export interface Untold {
  /** Values and ends of stages that it did not take. */
  readonly lost: number;
  /** Those that it was to take. */
  readonly total: number;
  /** The first reason. */
  readonly reason: string;
}

/**
 * Tells one tracking system about stages. A run never ends or waits for long because of one: none of the calls throws for what
 * the system does; it counts what it could not tell.
 */
export interface Tracker {
  /** Name for messages, e.g. `tensorboard`. */
  readonly name: string;
  /** A stage begins. */
  begin(stage: TrackedStage): Promise<void>;
  /** It has new metrics, measured at `time` (milliseconds since 1970). */
  rows(stage: TrackedStage, rows: readonly MetricRow[], time: number): Promise<void>;
  /** It ended at `time`. */
  end(stage: TrackedStage, how: TrackedEnd, time: number): Promise<void>;
  /** The last call: tells what is left to tell, and says what could not be told; null where there is nothing of that kind. */
  close(): Promise<Untold | null>;
}
