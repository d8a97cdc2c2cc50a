/** @file One sentence as one action. */
import { sentenceSpans } from "../sentences.ts";
import type { ExpertStep } from "../trajectory.ts";
import type { ExpertAction } from "./action.ts";

/**
 * Every sentence of every step as one action; a step's title belongs to its first sentence, and an observation to its last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = [{ action: "**Halve.** We double. So x = 6.", title: "Halve" }, { action: "It is 6." }];
 * assertEquals(
 *   actionsBySentence(steps).map(({ name, pieces }) => [name, ...pieces.map(({ action }) => action)]),
 *   [["1.1", "**Halve.** We double."], ["1.2", "So x = 6."], ["2.1", "It is 6."]],
 * );
 * ```
 */
export function actionsBySentence(steps: readonly ExpertStep[]): ExpertAction[] {
  return steps.flatMap(({ action, title }, at) =>
    sentenceSpans(action).map(({ start, end }, sentence): ExpertAction => ({
      name: `${at + 1}.${sentence + 1}`,
      steps: [at + 1, at + 1],
      pieces: [{
        action: action.slice(start, end),
        ...(title === undefined || sentence > 0 ? {} : { title }),
      }],
      start,
    }))
  );
}
