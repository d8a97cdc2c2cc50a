/** @file The whole solution, or its answer, as one action. */
import type { Trajectory } from "../trajectory.ts";
import type { ExpertAction } from "./action.ts";

/**
 * The entire solution as one action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = [{ action: "x = 2 · 3" }, { action: "x = 6" }];
 * assertEquals(actionOfWhole({ steps }), { name: "whole", steps: [1, 2], pieces: steps, start: 0 });
 * ```
 */
export function actionOfWhole({ steps }: Pick<Trajectory, "steps">): ExpertAction {
  return { name: "whole", steps: [1, steps.length], pieces: steps, start: 0 };
}

/**
 * The final answer as one action; null where none is known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const steps = [{ action: "x = 2 · 3" }, { action: "x = 6" }];
 * assertEquals(actionOfAnswer({ steps, answer: "6" })?.pieces, [{ action: "6" }]);
 * assertEquals(actionOfAnswer({ steps, answer: " " }), null);
 * ```
 */
export function actionOfAnswer(
  { steps, answer }: Pick<Trajectory, "steps" | "answer">,
): ExpertAction | null {
  const action = answer.trim();
  if (action === "") return null;
  return { name: "answer", steps: [1, steps.length], pieces: [{ action }], start: 0 };
}
