/** @file How a prompt is written from a problem and the steps so far. */
import type { ExpertStep } from "./trajectory.ts";

/**
 * Writes prompts for one family of problems. A domain with its own notation supplies its own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const relay: PromptFormat = {
 *   render: (problem, previousSteps) =>
 *     [problem, ...previousSteps.map(({ action }) => action)].join("\n") + "\n",
 * };
 * assertEquals(relay.render("e=7;j=e-6?j", [{ action: "e=7" }]), "e=7;j=e-6?j\ne=7\n");
 * ```
 */
export interface PromptFormat {
  /**
   * The text that the policy continues.
   *
   * @param problem The problem's text.
   * @param previousSteps All steps before the one asked for, in order; empty for the first.
   * @param nextTitle Title of the step asked for, where it is given away.
   */
  render(problem: string, previousSteps: readonly ExpertStep[], nextTitle?: string): string;
}
