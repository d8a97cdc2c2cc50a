/** @file Rows of GSM8K and of its socratic form (Cobbe et al. 2021, arXiv 2110.14168). */
import { z } from "zod";
import { textOf, textOrNumber } from "./fields.ts";
import { checkRow } from "../check_row.ts";
import type { Mapping } from "./mapping.ts";

const row = z.object({ id: textOrNumber.nullish(), question: z.string(), answer: z.string() });

/**
 * `question` is the problem, `answer` the solution, whose last line `#### n` gives the answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const mapped = gsm8k.map({ question: "1 + 2?", answer: "1 + 2 = 3\n#### 3" }, "gsm8k.jsonl:1");
 * assertEquals(mapped.ok && [mapped.problem, mapped.solution], ["1 + 2?", "1 + 2 = 3\n#### 3"]);
 * ```
 */
export const gsm8k: Mapping = {
  parser: "lines",
  reasoning: false,
  map(value, place) {
    const fields = checkRow(row, value, place);
    const id = textOf(fields.id);
    const problem = fields.question.trim();
    if (problem === "") return { ok: false, id, reason: "empty-problem" };
    return { ok: true, id, problem, solution: fields.answer, answer: null };
  },
};

/**
 * As {@link gsm8k}, each line of the solution being `sub-question ** step`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(gsm8kSocratic.parser, "socratic");
 * ```
 */
export const gsm8kSocratic: Mapping = { ...gsm8k, parser: "socratic" };
