/** @file How far a half-done stage has come. */
import type { StageStore } from "./store.ts";

/** A stage that a next run can go on with. */
export interface HalfDone {
  /** Optimiser updates that its last checkpoint holds. */
  readonly step: number;
  /** Updates in all. */
  readonly total: number;
}

/**
 * Where a next run goes on with a stage; null where it begins at the start. Stages keep no checkpoint of a half-done state, so
 * that every unfinished stage begins at the start.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StageStore } from "./store.ts";
 *
 * assertEquals(await resumable(new StageStore("none"), "0123456789abcdef"), null);
 * ```
 */
export function resumable(_store: StageStore, _id: string): Promise<HalfDone | null> {
  return Promise.resolve(null);
}
