/** @file As many steps as come nearest to a number of tokens as one action. */
import type { ExpertStep } from "../trajectory.ts";
import { type ExpertAction, runOf } from "./action.ts";

/**
 * Cuts at the borders of steps: each action has at least one step, and goes on as long as that brings its length nearer to `n` tokens;
 * of two that are equally near, the shorter. Its length is the sum of its steps'.
 *
 * @param count Tokens of a text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = ["aaa", "aaa", "aaaaa", "a"].map((action) => ({ action }));
 * const length = (text: string) => text.length;
 * // 3 is 2 away from 5 and 6 is 1 away; then 5 is met; what is left is short.
 * assertEquals(actionsByTokens(steps, 5, length).map(({ name }) => name), ["1-2", "3", "4"]);
 * assertEquals(actionsByTokens(steps, 100, length).map(({ name }) => name), ["1-4"]);
 * ```
 */
export function actionsByTokens(
  steps: readonly ExpertStep[],
  n: number,
  count: (text: string) => number,
): ExpertAction[] {
  const actions: ExpertAction[] = [];
  const lengths = steps.map(({ action }) => count(action));
  for (let first = 0; first < steps.length;) {
    let last = first;
    let total = lengths[first]!;
    while (last + 1 < steps.length) {
      const longer = total + lengths[last + 1]!;
      if (Math.abs(longer - n) >= Math.abs(total - n)) break;
      total = longer;
      last++;
    }
    actions.push(runOf(steps, first + 1, last + 1));
    first = last + 1;
  }
  return actions;
}
