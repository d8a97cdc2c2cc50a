/** @file Rows of {problem, solution or steps, answer}, whatever their columns are called. */
import { z } from "zod";
import { InputError } from "../../errors.ts";
import type { ExpertStep } from "../trajectory.ts";
import { textOf, textOrNumber } from "./fields.ts";
import { checkRow } from "../check_row.ts";
import type { Mapping } from "./mapping.ts";

/** Names of columns. */
export interface GenericColumns {
  /** The problem. Default: `problem`, or `question` where there is no `problem`. */
  readonly question?: string;
  /** The written solution. Default `solution`. */
  readonly solution?: string;
  /** The solution as a list of steps, each a text or `{ action, title?, thought?, observation? }`. Default `steps`. */
  readonly steps?: string;
  /** The final answer, a text or a number. Default `answer`. */
  readonly answer?: string;
  /** The id, a text or a number. Default `id`. */
  readonly id?: string;
  /** The full trace of reasoning. Default `reasoning`. */
  readonly reasoning?: string;
}

/** Keys of {@link GenericColumns}, for a schema. */
export const GENERIC_COLUMNS: readonly (keyof GenericColumns)[] = [
  "question",
  "solution",
  "steps",
  "answer",
  "id",
  "reasoning",
];

const expertStep = z.union([
  z.string(),
  z.object({
    action: z.string(),
    title: z.string().optional(),
    thought: z.string().optional(),
    observation: z.string().optional(),
  }),
], { error: "expected a text, or an object with an action" });

/**
 * The mapping of rows with a problem, a written `solution` or ready-made `steps` (which are taken where a row has both), and optionally an
 * answer, an id and a trace of reasoning. A column may be absent or null in a row, but for the problem and, where a solution is
 * needed, one of solution and steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const mapping = genericMapping({ question: "prompt_field", answer: "gold" });
 * const row = { prompt_field: "x/2 = 3?", solution: "1. x = 2 · 3\n2. x = 6", gold: 6 };
 * assertEquals(mapping.map(row, "a.jsonl:1"), {
 *   ok: true,
 *   id: null,
 *   problem: "x/2 = 3?",
 *   solution: row.solution,
 *   answer: "6",
 * });
 * ```
 */
export function genericMapping(columns: GenericColumns = {}): Mapping {
  const { solution = "solution", steps = "steps", answer = "answer", id = "id" } = columns;
  const { reasoning = "reasoning" } = columns;
  const problems = columns.question === undefined ? ["problem", "question"] : [columns.question];
  // In the order in which problems are to be told.
  const schema = z.object({
    [id]: textOrNumber.nullish(),
    ...Object.fromEntries(problems.map((name) => [name, z.string().nullish()])),
    [solution]: z.string().nullish(),
    [steps]: z.array(expertStep).nullish(),
    [answer]: textOrNumber.nullish(),
    [reasoning]: z.string().nullish(),
  });
  return {
    parser: "plain-numbered",
    reasoning: true,
    map(value, place, need = "solution") {
      const row = checkRow<Record<string, unknown>>(schema, value, place);
      const missing = (name: string, or?: string) => {
        const alternative = or === undefined ? "" : ` (or ${JSON.stringify(or)})`;
        const found = Object.keys(value as object).map((key) => JSON.stringify(key)).join(", ");
        return new InputError(
          `${place}: field ${JSON.stringify(name)}${alternative} is missing; the row has ${
            found || "no fields"
          }`,
        );
      };
      const text = problems.map((name) => row[name]).find((text) => typeof text === "string");
      const written = row[solution];
      const list = row[steps] as z.infer<typeof expertStep>[] | null | undefined;
      if (typeof text !== "string") throw missing(problems[0]!, problems[1]);
      const solved = typeof written === "string" || Boolean(list);
      if (!solved && need === "solution") throw missing(solution, steps);
      const known = textOf(row[id] as z.infer<typeof textOrNumber> | null | undefined);
      const problem = text.trim();
      if (problem === "") return { ok: false, id: known, reason: "empty-problem" };
      const ready = list?.map(stepOf).filter(({ action }) => action !== "");
      if (ready?.length === 0 && need === "solution") {
        return { ok: false, id: known, reason: "empty-solution" };
      }
      const trace = String(row[reasoning] ?? "").trim();
      return {
        ok: true,
        id: known,
        problem,
        solution: ready ? { steps: ready } : String(written ?? ""),
        answer: textOf(row[answer] as z.infer<typeof textOrNumber> | null | undefined),
        ...(trace === "" ? {} : { reasoning: trace }),
      };
    },
  };
}

function stepOf(step: z.infer<typeof expertStep>): ExpertStep {
  if (typeof step === "string") return { action: step.trim() };
  const { action, title, thought, observation } = step;
  return {
    action: action.trim(),
    ...(title === undefined ? {} : { title }),
    ...(thought === undefined ? {} : { thought }),
    ...(observation === undefined ? {} : { observation }),
  };
}
