/** @file What a distributed engine is to the rest: how its jobs are written and started, and what they need. */
import type { JobConfig, JobRequest, WrittenJob } from "./job_config.ts";
import type { NodeShare } from "../ray/node_share.ts";

/** A distributed engine as an experiment declares it. */
export interface JobEngine {
  /** Its name. */
  readonly name: "trl" | "verl";
  /**
   * Whether its jobs validate by themselves and say in `best.json` which snapshot is the best. Where they do not, Stepwise validates the
   * snapshots.
   */
  readonly validates: boolean;
  /** What starts a job on several machines, in its folder; null where it runs on one, or on Ray. */
  readonly severalMachines: string | null;
  /** Writes a stage's job into a folder that is there and empty. */
  write(dir: string, request: Omit<JobRequest, "engine">): Promise<WrittenJob>;
  /** Program and arguments that start a job on one machine, to be run in its folder. */
  command(python: string, trainer: JobConfig["trainer"]): string[];
  /** What a job's first process takes of a Ray cluster's node. */
  share(trainer: JobConfig["trainer"], threads: number): NodeShare;
  /**
   * Makes sure that this machine can run its jobs, packages aside.
   *
   * @throws {InputError} where it cannot.
   */
  requireMachine(): Promise<void>;
}
