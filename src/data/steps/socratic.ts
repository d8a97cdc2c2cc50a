/** @file Solutions in which each line asks a sub-question and answers it. */
import { splitTitle } from "../step_title.ts";
import type { ExpertStep } from "../trajectory.ts";
import { splitAnswerLine } from "./answer_line.ts";
import { fault, type ParsedSteps, type Solution } from "./parser.ts";

/**
 * Each line is `sub-question ** step`, the last is `#### answer`: the socratic form of GSM8K (arXiv 2110.14168). The
 * sub-question becomes the step's bold title, so that such steps look like numbered ones to everything that follows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(socraticSteps("How many white? ** 2/2 = 1\nHow many in all? ** 2+1 = 3\n#### 3"), {
 *   ok: true,
 *   steps: [
 *     { action: "**How many white?** 2/2 = 1", title: "How many white?" },
 *     { action: "**How many in all?** 2+1 = 3", title: "How many in all?" },
 *   ],
 *   intro: "",
 *   answer: "3",
 * });
 * ```
 */
export function socraticSteps(solution: Solution): ParsedSteps {
  if (typeof solution !== "string") return fault("not-text");
  const { lines, answer } = splitAnswerLine(solution);
  if (answer === null) return fault(lines.length === 0 ? "empty-solution" : "no-answer-line");
  if (lines.length === 0) return fault("empty-solution", "there is an answer and no step");
  const steps = lines.map(parseLine);
  const malformed = steps.indexOf(null);
  if (malformed !== -1) return fault("malformed-line", `line ${malformed + 1}`);
  return { ok: true, steps: steps.filter((step) => step !== null), intro: "", answer };
}

function parseLine(line: string): ExpertStep | null {
  const at = line.indexOf("**");
  const question = at === -1 ? "" : line.slice(0, at).trim();
  const body = line.slice(at + 2).trim();
  const action = `**${question}** ${body}`;
  const title = splitTitle(action)?.title;
  return body === "" || title === undefined ? null : { action, title };
}
