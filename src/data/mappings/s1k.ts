/** @file Rows of s1K-1.1 (Muennighoff et al. 2025, arXiv 2501.19393). */
import { z } from "zod";
import { lastBoxed } from "../answer_extraction.ts";
import { textOf, textOrNumber } from "./fields.ts";
import { checkRow } from "../check_row.ts";
import type { Mapping } from "./mapping.ts";

const row = z.object({
  id: textOrNumber.nullish(),
  question: z.string(),
  solution: z.string().nullish(),
  answer: textOrNumber.nullish(),
  deepseek_attempt: z.string().nullish(),
  deepseek_thinking_trajectory: z.string().nullish(),
});

/** A reference solution of one line up to this length is an answer alone. */
const ANSWER_LENGTH = 100;

/**
 * `question` is the problem; `deepseek_attempt`, the written-up solution, is cut into steps, or else `solution`, which is the
 * reference; `deepseek_thinking_trajectory` is the reasoning. The answer is `answer`, else the last `\boxed{}` of the reference,
 * else the reference itself where it is one short line, as it is for many problems beside an attempt, else what the
 * attempt boxes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = {
 *   question: "x/2 = 3?",
 *   solution: "6",
 *   deepseek_thinking_trajectory: "Hmm, twice 3.",
 *   deepseek_attempt: "1. **Double** x = 6\n2. **Answer** \\boxed{6}",
 * };
 * assertEquals(s1k.map(row, "s1k.jsonl:1"), {
 *   ok: true,
 *   id: null,
 *   problem: "x/2 = 3?",
 *   solution: row.deepseek_attempt,
 *   answer: "6",
 *   reasoning: "Hmm, twice 3.",
 * });
 * ```
 */
export const s1k: Mapping = {
  parser: "plain-numbered",
  reasoning: true,
  map(value, place, need = "solution") {
    const fields = checkRow(row, value, place);
    const id = textOf(fields.id);
    const problem = fields.question.trim();
    if (problem === "") return { ok: false, id, reason: "empty-problem" };
    const attempt = fields.deepseek_attempt?.trim() ?? "";
    const reference = fields.solution?.trim() ?? "";
    const solution = attempt === "" ? reference : attempt;
    if (solution === "" && need === "solution") return { ok: false, id, reason: "empty-solution" };
    const reasoning = fields.deepseek_thinking_trajectory?.trim() ?? "";
    const short = attempt !== "" && reference !== "" && reference.length <= ANSWER_LENGTH &&
      !reference.includes("\n");
    const answer = fields.answer ?? lastBoxed(reference) ?? (short ? reference : null);
    return {
      ok: true,
      id,
      problem,
      solution,
      answer: textOf(answer),
      ...(reasoning === "" ? {} : { reasoning }),
    };
  },
};
