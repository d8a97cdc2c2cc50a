/** @file The contract between what runs stages (src/runs) and what a stage does (src/trainers, src/benchmarks). */

/** What a running stage tells about itself. */
export type StageEvent =
  | {
    /** Work done so far. */
    readonly type: "progress";
    /** Units done. */
    readonly done: number;
    /** Units in all. */
    readonly total: number;
    /** What a unit is, e.g. `updates`. */
    readonly unit: string;
    /** A few words, e.g. `reward 0.41 kept 30/48`. */
    readonly note: string;
  }
  | {
    /** A line for the log. */
    readonly type: "log";
    /** The line. */
    readonly message: string;
  };

/** Where and how one stage runs. */
export interface StageContext {
  /** Folder to write into; the runner renames it when the stage is whole. */
  readonly dir: string;
  /** Folder of the policy that the stage starts from, in Hugging Face layout; null to initialise one. */
  readonly parent: string | null;
  /** Seed of every random choice in the stage. */
  readonly seed: number;
  /** Threads for the numeric kernels. */
  readonly threads: number;
  /** Seconds between two savings of the state that a killed stage goes on from; 0 after every update. Absent: the trainer's choice. */
  readonly saveEvery?: number;
  /** Aborted when the stage is to stop between two updates, after saving. Absent: never. */
  readonly stop?: AbortSignal;
  /** Reports progress. Never part of the results. */
  report(event: StageEvent): void;
}
