/** @file Steps as text. */
import type { ExpertStep } from "./trajectory.ts";

/**
 * Steps as the numbered items that they were parsed from.
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
export function renderSteps(steps: readonly ExpertStep[]): string {
  return steps.map(({ action }, at) => `${at + 1}. ${action}`).join("\n\n");
}
