/** @file One step, or several, as one action. */
import type { ExpertStep } from "../trajectory.ts";
import { type ExpertAction, runOf } from "./action.ts";

/**
 * Every `k` steps as one action, from the first on; the last action has what is left. With `k` 1, each step (arXiv 2510.25992, section 3).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = ["x/2 = 3", "x = 2 · 3", "x = 6"].map((action) => ({ action }));
 * const actions = (k: number) =>
 *   actionsByStep(steps, k).map(({ name, pieces }) => [name, ...pieces.map(({ action }) => action)]);
 * assertEquals(actions(1), [["1", "x/2 = 3"], ["2", "x = 2 · 3"], ["3", "x = 6"]]);
 * assertEquals(actions(2), [["1-2", "x/2 = 3", "x = 2 · 3"], ["3", "x = 6"]]);
 * ```
 */
export function actionsByStep(steps: readonly ExpertStep[], k: number): ExpertAction[] {
  const count = Math.ceil(steps.length / k);
  return Array.from(
    { length: count },
    (_, i) => runOf(steps, i * k + 1, Math.min((i + 1) * k, steps.length)),
  );
}
