/** @file Cutting a trajectory into training examples, one an action. */
import { InputError } from "../errors.ts";
import { actionsOf } from "./granularity/actions.ts";
import type { ExpertAction } from "./granularity/action.ts";
import { contradictions } from "./granularity/check.ts";
import { contextOf, type StepContext } from "./granularity/context.ts";
import type { Granularity } from "./granularity/granularity.ts";
import { numberedPrompt } from "./numbered_prompt.ts";
import { type Asked, callsOf, type PromptFormat, type SolutionSoFar } from "./prompt_format.ts";
import { splitTitle } from "./step_title.ts";
import type { ExpertStep, StepInstance, Trajectory } from "./trajectory.ts";

/**
 * Which of a trajectory's N actions become targets. The paper has N-1 instances; the last action, which mostly states the
 * answer, is left out by `1..N-1`, and the first, which has none to continue, by `2..N`.
 */
export type StepTargets = "1..N-1" | "1..N" | "2..N";

/** Every {@link StepTargets}, for a schema or a command line. */
export const STEP_TARGETS: readonly ["1..N-1", "1..N", "2..N"] = ["1..N-1", "1..N", "2..N"];

/**
 * Most actions of one trajectory. Each has a prompt that repeats those before it, which is quadratic in all; a text of more is no
 * solution, but broken or hostile.
 */
export const MOST_ACTIONS = 10_000;

/** How a trajectory is cut. */
export interface StepInstanceOptions {
  /** What one action is. Default `step`, as published. */
  readonly granularity?: Granularity;
  /** Which actions become targets. */
  readonly targets: StepTargets;
  /**
   * Whether the prompt gives the title of the (first) step asked for, so that the target begins with its body. Off by default.
   * A step without a title, or without a body, is asked for whole.
   */
  readonly nextTitle?: boolean;
  /** How much of the solution so far a prompt shows. Default `all`. */
  readonly context?: StepContext;
  /** How prompts are written; {@link numberedPrompt} by default. */
  readonly format?: PromptFormat;
  /** Tokens of a text; needed for the granularity `tokens(n)` alone. */
  readonly countTokens?: (text: string) => number;
}

/**
 * A trajectory's instances, in order: the prompt has the problem and the expert's earlier steps, the target is the action.
 *
 * @throws {InputError} for options that mean nothing together, see {@link contradictions}, and for more than
 * {@link MOST_ACTIONS}.
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
 * const shared = { trajectoryId: "r1", answer: "1" };
 * assertEquals(stepInstances(relay, { targets: "2..N", format }), [
 *   { ...shared, id: "r1#2", step: 2, steps: [2, 2], prompt: "e=7;j=e-6?j|e=7", target: "j=1" },
 *   { ...shared, id: "r1#3", step: 3, steps: [3, 3], prompt: "e=7;j=e-6?j|e=7|j=1", target: "?1" },
 * ]);
 * const pairs = stepInstances(relay, { granularity: { kind: "steps", k: 2 }, targets: "1..N", format });
 * assertEquals(pairs.map(({ id, target }) => [id, target]), [["r1#1-2", "e=7\nj=1"], ["r1#3", "?1"]]);
 * ```
 */
export function stepInstances(
  trajectory: Trajectory,
  options: StepInstanceOptions,
): StepInstance[] {
  const { id, problem, steps, answer } = trajectory;
  const { granularity = "step", targets, nextTitle = false, context = "all" } = options;
  const [wrong] = contradictions({ granularity, targets, nextTitle, context });
  if (wrong) throw new InputError(`${wrong.field}: expected ${wrong.expected}`);
  const { format = numberedPrompt } = options;
  const actions = actionsOf(trajectory, granularity, options.countTokens);
  if (actions.length > MOST_ACTIONS) {
    throw new InputError(
      `found ${actions.length} actions in one solution; expected at most ${MOST_ACTIONS}`,
    );
  }
  const from = targets === "2..N" ? 1 : 0;
  const to = targets === "1..N-1" ? actions.length - 1 : actions.length;
  const titled = steps.some(({ title }) => title !== undefined);
  const calls = callsOf(steps);
  return actions.slice(0, to).flatMap((action, at): StepInstance[] => {
    if (at < from) return [];
    const body = nextTitle ? bodyOf(action.pieces[0]!) : null;
    const title = body === null ? undefined : action.pieces[0]!.title;
    return [{
      id: `${id}#${action.name}`,
      trajectoryId: id,
      step: action.steps[0],
      steps: action.steps,
      // Written when it is read: all of them at once are many times the source.
      get prompt() {
        const shown = contextOf(steps, actions, at, context);
        const asked = askedFor(granularity, action, { ...shown, titled, calls });
        return format.render(problem, shown.steps, title, asked);
      },
      target: targetOf(action, body, granularity, format),
      answer,
    }];
  });
}

function askedFor(
  granularity: Granularity,
  { pieces }: ExpertAction,
  { begun, ...soFar }: { begun: string } & SolutionSoFar,
): Asked {
  if (granularity === "whole" || granularity === "answer") return { kind: granularity };
  if (granularity === "sentence") return { kind: "sentence", begun, ...soFar };
  return { kind: "steps", count: pieces.length, ...soFar };
}

/** The text of an action, its first step without its title where that is given away. */
function targetOf(
  { pieces, steps }: ExpertAction,
  body: string | null,
  granularity: Granularity,
  format: PromptFormat,
): string {
  const [first, ...rest] = pieces;
  const begin = body === null ? first! : { ...first!, action: body };
  if (rest.length === 0 && granularity !== "whole") return begin.action;
  const all = [begin, ...rest];
  return format.join?.(all, steps[0]) ?? all.map(({ action }) => action).join("\n");
}

/** What is left of a step's action once its title is known; null where that is nothing, or there is no title. */
function bodyOf({ action, title }: ExpertStep): string | null {
  if (title === undefined) return null;
  const split = splitTitle(action);
  // A source may keep the title apart from the action: then the action is the body.
  const body = split?.title === title ? split.body : action;
  return body === "" ? null : body;
}
