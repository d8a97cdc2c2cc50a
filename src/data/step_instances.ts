/** @file Cutting a trajectory into training examples, one a step. */
import { numberedPrompt } from "./numbered_prompt.ts";
import type { PromptFormat } from "./prompt_format.ts";
import { splitTitle } from "./step_title.ts";
import type { ExpertStep, StepInstance, Trajectory } from "./trajectory.ts";

/**
 * Which of a trajectory's N steps become targets. The paper has N-1 instances; the last step, which mostly states the
 * answer, is left out by `1..N-1`, and the first, which has no step to continue, by `2..N`.
 */
export type StepTargets = "1..N-1" | "1..N" | "2..N";

/** Every {@link StepTargets}, for a schema or a command line. */
export const STEP_TARGETS: readonly StepTargets[] = ["1..N-1", "1..N", "2..N"];

/** How a trajectory is cut. */
export interface StepInstanceOptions {
  /** Which steps become targets. */
  readonly targets: StepTargets;
  /**
   * Whether the prompt gives the title of the step asked for, so that the target is its body alone. Off by default. A
   * step without a title, or without a body, is asked for whole.
   */
  readonly nextTitle?: boolean;
  /** How prompts are written; {@link numberedPrompt} by default. */
  readonly format?: PromptFormat;
}

/**
 * A trajectory's step instances, in order: the prompt has the problem and all earlier steps of the expert, the target
 * is the step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const relay = {
 *   id: "r1",
 *   problem: "e=7;j=e-6?j",
 *   steps: [{ action: "e=7" }, { action: "j=1" }, { action: "?1" }],
 *   answer: "1",
 * };
 * const format = {
 *   render: (problem: string, steps: readonly { action: string }[]) =>
 *     [problem, ...steps.map(({ action }) => action)].join("|"),
 * };
 * assertEquals(stepInstances(relay, { targets: "2..N", format }), [
 *   { id: "r1#2", trajectoryId: "r1", step: 2, prompt: "e=7;j=e-6?j|e=7", target: "j=1" },
 *   { id: "r1#3", trajectoryId: "r1", step: 3, prompt: "e=7;j=e-6?j|e=7|j=1", target: "?1" },
 * ]);
 * ```
 */
export function stepInstances(
  trajectory: Trajectory,
  options: StepInstanceOptions,
): StepInstance[] {
  const { id, problem, steps } = trajectory;
  const { targets, nextTitle = false, format = numberedPrompt } = options;
  const from = targets === "2..N" ? 2 : 1;
  const to = targets === "1..N-1" ? steps.length - 1 : steps.length;
  return steps.slice(0, to).flatMap((step, at): StepInstance[] => {
    if (at + 1 < from) return [];
    const previous = steps.slice(0, at);
    const body = nextTitle ? bodyOf(step) : null;
    return [{
      id: `${id}#${at + 1}`,
      trajectoryId: id,
      step: at + 1,
      prompt: body === null
        ? format.render(problem, previous)
        : format.render(problem, previous, step.title),
      target: body ?? step.action,
    }];
  });
}

/** What is left of a step's action once its title is known; null where that is nothing, or there is no title. */
function bodyOf({ action, title }: ExpertStep): string | null {
  if (title === undefined) return null;
  const split = splitTitle(action);
  // A source may keep the title apart from the action: then the action is the body.
  const body = split?.title === title ? split.body : action;
  return body === "" ? null : body;
}
