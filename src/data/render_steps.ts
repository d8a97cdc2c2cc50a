/** @file Steps as text. */
import type { ExpertStep } from "./trajectory.ts";

/**
 * Steps as the numbered items that they were parsed from.
 *
 * @param first Number of the first one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   renderSteps([{ action: "**Halve** x/2 = 3", title: "Halve" }, { action: "So x = 6." }]),
 *   "1. **Halve** x/2 = 3\n\n2. So x = 6.",
 * );
 * ```
 */
export function renderSteps(steps: readonly ExpertStep[], first = 1): string {
  return steps.map(({ action }, at) => `${first + at}. ${action}`).join("\n\n");
}

/**
 * The steps so far, each with what the environment answered, behind a note on those that are left out.
 *
 * @param omitted How many steps before the first one given are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   renderStepsSoFar([{ action: "ls", observation: "a b" }], 2),
 *   "(steps 1 to 2 left out)\n\n3. ls\n\nObservation:\na b",
 * );
 * ```
 */
export function renderStepsSoFar(steps: readonly ExpertStep[], omitted: number): string {
  const note = omitted === 1 ? "(step 1 left out)" : `(steps 1 to ${omitted} left out)`;
  return [
    ...omitted > 0 ? [note] : [],
    ...steps.map(({ action, observation }, at) => {
      const answered = observation === undefined ? "" : `\n\nObservation:\n${observation}`;
      return `${omitted + 1 + at}. ${action}${answered}`;
    }),
  ].join("\n\n");
}
