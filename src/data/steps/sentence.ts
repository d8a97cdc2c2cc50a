/** @file Solutions in prose: each sentence is a step. */
import { sentenceSpans } from "../sentences.ts";
import { splitTitle } from "../step_title.ts";
import { fault, type ParsedSteps, type Solution } from "./parser.ts";

/**
 * Each sentence is a step, see {@link sentenceSpans}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sentenceSteps("Double both sides, i.e. times 2. Then x = 6."), {
 *   ok: true,
 *   steps: [{ action: "Double both sides, i.e. times 2." }, { action: "Then x = 6." }],
 *   intro: "",
 * });
 * ```
 */
export function sentenceSteps(solution: Solution): ParsedSteps {
  if (typeof solution !== "string") return fault("not-text");
  const text = solution.replaceAll("\r\n", "\n");
  const steps = sentenceSpans(text).map(({ start, end }) => {
    const action = text.slice(start, end);
    const title = splitTitle(action)?.title;
    return title === undefined ? { action } : { action, title };
  });
  return steps.length === 0 ? fault("empty-solution") : { ok: true, steps, intro: "" };
}
