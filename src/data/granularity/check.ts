/** @file Combinations of a granularity with other options that mean nothing. */
import type { StepTargets } from "../step_instances.ts";
import type { StepContext } from "./context.ts";
import { type Granularity, granularityText } from "./granularity.ts";

/** What decides which instances a trajectory gives. */
export interface InstanceChoice {
  /** What one action is. */
  readonly granularity: Granularity;
  /** Which actions become targets. */
  readonly targets: StepTargets;
  /** Whether the prompt gives the next title. */
  readonly nextTitle: boolean;
  /** How much of the solution so far a prompt shows. */
  readonly context: StepContext;
}

/** An option that means nothing beside the granularity. */
export interface Contradiction {
  /** The option. */
  readonly field: "targets" | "nextTitle" | "context";
  /** What it would have to be, and why. */
  readonly expected: string;
}

/**
 * The options that mean nothing with the granularity: where one action is the whole solution, there is none before it, and
 * none that could be left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const choice = { granularity: "whole", targets: "1..N", nextTitle: true, context: "all" } as const;
 * assertEquals(contradictions(choice).map(({ field }) => field), ["nextTitle"]);
 * assertEquals(contradictions({ ...choice, granularity: "step" }), []);
 * ```
 */
export function contradictions(choice: InstanceChoice): Contradiction[] {
  const { granularity, targets, nextTitle, context } = choice;
  if (granularity !== "whole" && granularity !== "answer") return [];
  const beside = `with granularity "${granularityText(granularity)}"`;
  const found: Contradiction[] = [];
  if (targets !== "1..N") {
    found.push({ field: "targets", expected: `"1..N" ${beside}: there is one action` });
  }
  if (nextTitle) {
    found.push({ field: "nextTitle", expected: `false ${beside}: no single step is asked for` });
  }
  if (context !== "all") {
    found.push({ field: "context", expected: `"all" ${beside}: no action comes before` });
  }
  return found;
}
