/** @file What the runner and a stage's process say to each other: one JSON line in, JSON lines out. */
import type { StageSpec } from "../experiment/specs.ts";
import type { StageContext, StageEvent } from "./stage.ts";

/** The first line on a stage's stdin; {@link STOP} may follow, and the end means that the runner is gone. */
export interface StageRequest {
  /** What to do. */
  readonly spec: StageSpec;
  /** Where and how; all of the context that is data. */
  readonly context: Omit<StageContext, "report" | "stop">;
}

/** The line on a stage's stdin that asks it to save and to end. */
export const STOP = "stop";

/** The last line on a stage's stdout. */
export type StageEnd =
  | {
    /** The stage is whole. */
    readonly type: "end";
  }
  | {
    /** The stage was told to stop, and has. */
    readonly type: "stopped";
    /** Updates that need not be made again. */
    readonly step: number;
  }
  | {
    /** The stage failed. */
    readonly type: "error";
    /** The error's class; `InputError` is the user's to mend. */
    readonly name: string;
    /** What it said. */
    readonly message: string;
    /** Its stack, where it has one. */
    readonly stack: string;
  };

/** A line on a stage's stdout. */
export type StageLine = StageEvent | StageEnd;

const TYPES: ReadonlySet<unknown> = new Set(["progress", "log", "end", "stopped", "error"]);

/**
 * Reads a line of a stage's stdout. What is no event (a native library may print there) becomes a line for the log.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseStageLine('{"type":"end"}'), { type: "end" });
 * assertEquals(parseStageLine("hello"), { type: "log", message: "hello" });
 * ```
 */
export function parseStageLine(line: string): StageLine {
  try {
    const value = JSON.parse(line);
    if (typeof value === "object" && value !== null && TYPES.has(value.type)) return value;
  } catch {
    // Not JSON.
  }
  return { type: "log", message: line };
}
