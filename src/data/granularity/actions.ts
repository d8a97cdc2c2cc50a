/** @file A solution as the actions that a granularity makes of it. */
import { InputError } from "../../errors.ts";
import type { Trajectory } from "../trajectory.ts";
import type { ExpertAction } from "./action.ts";
import { actionOfAnswer, actionOfWhole } from "./as_one.ts";
import { actionsBySentence } from "./by_sentence.ts";
import { actionsByStep } from "./by_step.ts";
import { actionsByTokens } from "./by_tokens.ts";
import type { Granularity } from "./granularity.ts";

/**
 * All actions of a solution, in order.
 *
 * @param countTokens Tokens of a text; needed for `tokens(n)` alone.
 * @throws {InputError} for `tokens(n)` without it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Granularity } from "./granularity.ts";
 *
 * const steps = [{ action: "Double. So x = 2 · 3." }, { action: "x = 6" }];
 * const names = (granularity: Granularity) =>
 *   actionsOf({ steps, answer: "6" }, granularity).map(({ name }) => name);
 * assertEquals(names("step"), ["1", "2"]);
 * assertEquals(names("sentence"), ["1.1", "1.2", "2.1"]);
 * assertEquals(names({ kind: "steps", k: 2 }), ["1-2"]);
 * assertEquals(names("answer"), ["answer"]);
 * ```
 */
export function actionsOf(
  trajectory: Pick<Trajectory, "steps" | "answer">,
  granularity: Granularity,
  countTokens?: (text: string) => number,
): ExpertAction[] {
  const { steps } = trajectory;
  if (granularity === "step") return actionsByStep(steps, 1);
  if (granularity === "sentence") return actionsBySentence(steps);
  if (granularity === "whole") return [actionOfWhole(trajectory)];
  if (granularity === "answer") {
    const action = actionOfAnswer(trajectory);
    return action === null ? [] : [action];
  }
  if (granularity.kind === "steps") return actionsByStep(steps, granularity.k);
  if (countTokens) return actionsByTokens(steps, granularity.n, countTokens);
  throw new InputError(
    `granularity: found tokens(${granularity.n}) without a tokenizer; expected one to count with`,
  );
}
