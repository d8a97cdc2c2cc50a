/** @file Solutions in which each line is a step. */
import { splitAnswerLine } from "./answer_line.ts";
import { fault, type ParsedSteps, type Solution } from "./parser.ts";

/**
 * Each line that is not blank is a step; a last line `#### answer` gives the answer and is no step. The form of GSM8K
 * (arXiv 2110.14168). Lines are taken as they stand, calculator annotations (`<<2+1=3>>`) included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(lineSteps("It takes 2/2=<<2/2=1>>1 bolt\nSo 2+1=<<2+1=3>>3 bolts\n#### 3"), {
 *   ok: true,
 *   steps: [{ action: "It takes 2/2=<<2/2=1>>1 bolt" }, { action: "So 2+1=<<2+1=3>>3 bolts" }],
 *   intro: "",
 *   answer: "3",
 * });
 * ```
 */
export function lineSteps(solution: Solution): ParsedSteps {
  if (typeof solution !== "string") return fault("not-text");
  const { lines, answer } = splitAnswerLine(solution);
  if (lines.length === 0) return fault("empty-solution");
  const steps = lines.map((action) => ({ action }));
  return { ok: true, steps, intro: "", ...(answer === null ? {} : { answer }) };
}
