/** @file What of a solution stands before an action in its prompt. */
import type { ExpertStep } from "../trajectory.ts";
import type { ExpertAction } from "./action.ts";

/**
 * How much of the solution so far a prompt shows: all of it, or the last (action, observation) pairs. The problem always
 * stays. The published setting for agents is the last 2 (arXiv 2510.25992, section 4).
 */
export type StepContext = "all" | {
  /** How many actions, at least 1; fewer where there are not as many. */
  readonly last: number;
};

/** The part of a solution that a prompt shows. */
export interface ShownContext {
  /** The steps before the one that the action begins in, as far as they are shown; the first may lack its beginning. */
  readonly steps: readonly ExpertStep[];
  /** What is shown of the step that the action goes on with; empty where it begins a step. */
  readonly begun: string;
  /** How many steps before the first one shown are left out. */
  readonly omitted: number;
}

/**
 * What is shown before one of a solution's actions.
 *
 * @param actions All actions of the solution.
 * @param at Which of them is asked for, from 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { actionsByStep } from "./by_step.ts";
 * import { actionsBySentence } from "./by_sentence.ts";
 *
 * const steps = ["A. B.", "C. D.", "E. F."].map((action) => ({ action }));
 * assertEquals(contextOf(steps, actionsByStep(steps, 1), 2, { last: 1 }), {
 *   steps: [{ action: "C. D." }],
 *   begun: "",
 *   omitted: 1,
 * });
 * // The last sentence, F, with the two before it.
 * assertEquals(contextOf(steps, actionsBySentence(steps), 5, { last: 2 }), {
 *   steps: [{ action: "D." }],
 *   begun: "E.",
 *   omitted: 1,
 * });
 * ```
 */
export function contextOf(
  steps: readonly ExpertStep[],
  actions: readonly ExpertAction[],
  at: number,
  context: StepContext,
): ShownContext {
  const wanted = actions[at]!;
  const current = wanted.steps[0];
  const from = actions[context === "all" ? 0 : Math.max(0, at - context.last)]!;
  const step = from.steps[0];
  const shown = steps.slice(step - 1, current - 1).map((whole, i): ExpertStep => {
    if (i > 0 || from.start === 0) return whole;
    const { observation } = whole;
    const action = whole.action.slice(from.start);
    return observation === undefined ? { action } : { action, observation };
  });
  const begins = step === current ? from.start : 0;
  const begun = steps[current - 1]!.action.slice(begins, wanted.start).trim();
  return { steps: shown, begun, omitted: step - 1 };
}
