/** @file Rows of OlympiadBench (He et al. 2024, arXiv 2402.14008). */
import { z } from "zod";
import { checkRow } from "../check_row.ts";
import { textOf, textOrNumber } from "./fields.ts";
import type { Mapping } from "./mapping.ts";

const texts = z.array(z.string());

const row = z.object({
  id: textOrNumber.nullish(),
  question: z.string(),
  solution: texts.nullish(),
  final_answer: texts,
});

/**
 * `question` is the problem, `solution` a list of solutions of which the first is taken, `final_answer` a list of the values that
 * together are the answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = { question: "x^2 = 4?", solution: ["Take roots."], final_answer: ["$2$", "$-2$"] };
 * const mapped = olympiadbench.map(row, "o.jsonl:1");
 * assertEquals(mapped.ok && [mapped.solution, mapped.answer], ["Take roots.", "$2$, $-2$"]);
 * ```
 */
export const olympiadbench: Mapping = {
  parser: "sentence",
  reasoning: false,
  map(value, place, need = "solution") {
    const fields = checkRow(row, value, place);
    const id = textOf(fields.id);
    const problem = fields.question.trim();
    if (problem === "") return { ok: false, id, reason: "empty-problem" };
    const solution = fields.solution?.[0] ?? "";
    if (solution.trim() === "" && need === "solution") {
      return { ok: false, id, reason: "empty-solution" };
    }
    return { ok: true, id, problem, solution, answer: fields.final_answer.join(", ") };
  },
};
