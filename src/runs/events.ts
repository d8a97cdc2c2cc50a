/** @file What happens in a run, as it is shown and reported. */
import type { PlannedStage } from "../experiment/plan.ts";
import type { StageEvent } from "./stage.ts";

/** A stage that failed. */
export interface StageFailure {
  /** The stage. */
  readonly stage: PlannedStage;
  /** What went wrong, in one line. */
  readonly reason: string;
  /** The last lines of its log. */
  readonly tail: readonly string[];
  /** Folder with what it left: log, spec, and what it wrote. */
  readonly dir: string;
}

/** What happens in a run. */
export type RunEvent =
  | {
    /** It was finished already: by an earlier run, or by another process meanwhile. */
    readonly type: "reused";
    /** The stage. */
    readonly stage: PlannedStage;
  }
  | {
    /** Another process is making it; this one takes its result. */
    readonly type: "waiting";
    /** The stage. */
    readonly stage: PlannedStage;
  }
  | {
    /** Its process was started. */
    readonly type: "started";
    /** The stage. */
    readonly stage: PlannedStage;
    /** Updates that an earlier process saved. */
    readonly step: number;
  }
  | {
    /** It told something. */
    readonly type: "said";
    /** The stage. */
    readonly stage: PlannedStage;
    /** What. */
    readonly event: StageEvent;
  }
  | {
    /** It is whole. */
    readonly type: "finished";
    /** The stage. */
    readonly stage: PlannedStage;
    /** Time that it took, in seconds. */
    readonly seconds: number;
  }
  | {
    /** It was told to stop, and has. */
    readonly type: "stopped";
    /** The stage. */
    readonly stage: PlannedStage;
    /** Updates that need not be made again. */
    readonly step: number;
  }
  | {
    /** It failed. */
    readonly type: "failed";
    /** The stage. */
    readonly stage: PlannedStage;
    /** How. */
    readonly failure: StageFailure;
  }
  | {
    /** It needs a stage that failed. */
    readonly type: "skipped";
    /** The stage. */
    readonly stage: PlannedStage;
    /** The one that failed. */
    readonly because: PlannedStage;
  };
