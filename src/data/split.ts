/** @file Holding problems out for validation. */
import { InputError } from "../errors.ts";
import { hashText } from "../hash_text.ts";
import { problemKey } from "./problem_words.ts";
import type { Trajectory } from "./trajectory.ts";

/** How trajectories are split. */
export interface SplitOptions {
  /** How many problems to hold out. */
  readonly validation: number;
  /** Which ones: another seed holds out others. */
  readonly seed: number;
  /** What an error calls the number. Default `validation`. */
  readonly field?: string;
}

/** The two parts, each in the order of the source. */
export interface Split {
  /** What to train on. */
  readonly train: Trajectory[];
  /** What to validate on. */
  readonly validation: Trajectory[];
}

/**
 * Splits by problem, never by step, so that no step of a validation problem is trained on; trajectories of one problem
 * stay together, also where its text differs in typography (`problemKey`). Which problems are held out depends on their
 * texts and the seed alone, not on their order or ids.
 *
 * Throws an `InputError` if there are not more problems than are to be held out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const trajectories = ["1+1", "2+2", "3+3"].map((problem) => ({
 *   id: problem,
 *   problem,
 *   steps: [{ action: "add" }],
 *   answer: "",
 * }));
 * const { train, validation } = splitTrajectories(trajectories, { validation: 1, seed: 0 });
 * assertEquals([train.length, validation.length], [2, 1]);
 * ```
 */
export function splitTrajectories(
  trajectories: readonly Trajectory[],
  { validation, seed, field = "validation" }: SplitOptions,
): Split {
  if (!Number.isInteger(validation) || validation < 0) {
    throw new InputError(`${field}: expected a number of problems from 0, found ${validation}`);
  }
  const ranks = new Map<string, string>();
  const keys = trajectories.map(({ problem }) => problemKey(problem));
  for (const key of keys) if (!ranks.has(key)) ranks.set(key, rank(key, seed));
  if (validation > 0 && validation >= ranks.size) {
    throw new InputError(
      `${field}: ${validation} problems cannot be held out of ${ranks.size}; some must be left to train on`,
    );
  }
  const ordered = [...ranks].sort(([, a], [, b]) => a < b ? -1 : 1);
  const held = new Set(ordered.slice(0, validation).map(([problem]) => problem));
  return {
    train: trajectories.filter((_, at) => !held.has(keys[at]!)),
    validation: trajectories.filter((_, at) => held.has(keys[at]!)),
  };
}

/** A problem's place in the order that a seed gives. */
function rank(problem: string, seed: number): string {
  return hashText(`${seed}\n${problem}`);
}
