/** @file What is asked of an experiment: to run it, or to say something about it. */
import type { DeviceChoice } from "../experiment/devices.ts";
import type { ResolvedExperiment } from "../experiment/schema.ts";
import type { TrackTarget } from "./tracking/parse_track.ts";

/** What the user asks for. */
export interface ExperimentRequest {
  /** The experiment file; where the experiment is given, the file that the run's stages are kept for. */
  readonly file: string;
  /** The experiment itself, where it is at hand. Default: what the file exports. */
  readonly experiment?: ResolvedExperiment;
  /** Seeds instead of the declared ones. */
  readonly seeds?: readonly number[];
  /** Arms to run; the others are shown where they are finished. */
  readonly only?: readonly string[];
  /** Stages at once, instead of the default. */
  readonly jobs?: number;
  /** Threads of each stage. Default 1. Another number is another stage: the last bits of sums differ. */
  readonly threads?: number;
  /** Where updates are computed, instead of what the stages declare. */
  readonly device?: DeviceChoice;
  /** Where metrics go besides `metrics.jsonl`. Default nowhere. */
  readonly track?: readonly TrackTarget[];
  /** What to say instead of running: what a run would do, why a cell is to run, or how two cells differ. */
  readonly ask?:
    | {
      /** What a run would do, all of it. */
      readonly kind: "plan";
      /** As JSON, and nothing else. */
      readonly json: boolean;
      /** Folder to write the jobs of a distributed engine into; absent for none. */
      readonly emit?: string;
    }
    | {
      /** What a run would do with one cell, and why. */
      readonly kind: "why";
      /** The cell as somebody wrote it. */
      readonly cell: string;
    }
    | {
      /** How two cells differ. */
      readonly kind: "diff";
      /** The cells as somebody wrote them; `FILE:CELL` is one of another experiment file. */
      readonly cells: readonly [string, string];
    };
  /** Seconds between two savings of a training stage's state; absent: the trainer's choice. */
  readonly saveEvery?: number;
  /** The command line, for the provenance. */
  readonly command: readonly string[];
}
