/** @file A part of an expert's solution that is one action. */
import type { ExpertStep } from "../trajectory.ts";

/** Some steps of a solution, or a part of one, as one action. */
export interface ExpertAction {
  /** Names it within its solution: `3`, `3-4`, `3.2`, `whole`, `answer`. */
  readonly name: string;
  /** Its first and its last step, from 1. */
  readonly steps: readonly [first: number, last: number];
  /** What of these steps it is: all of each, but for a sentence. */
  readonly pieces: readonly ExpertStep[];
  /** Where it begins in its first step, in UTF-16 code units: 0 but for a sentence. */
  readonly start: number;
}

/**
 * A run of whole steps as one action.
 *
 * @param first Its first step, from 1.
 * @param last Its last step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = [{ action: "a" }, { action: "b" }, { action: "c" }];
 * assertEquals(runOf(steps, 2, 3), {
 *   name: "2-3",
 *   steps: [2, 3],
 *   pieces: [{ action: "b" }, { action: "c" }],
 *   start: 0,
 * });
 * assertEquals(runOf(steps, 2, 2).name, "2");
 * ```
 */
export function runOf(steps: readonly ExpertStep[], first: number, last: number): ExpertAction {
  return {
    name: first === last ? `${first}` : `${first}-${last}`,
    steps: [first, last],
    pieces: steps.slice(first - 1, last),
    start: 0,
  };
}
