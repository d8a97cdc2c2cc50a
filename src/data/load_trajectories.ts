/** @file From a file of written solutions to trajectories. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { formatTagIn } from "../format_tags.ts";
import { lastBoxed } from "./answer_extraction.ts";
import { readJsonl } from "./jsonl.ts";
import { Ledger } from "./ledger.ts";
import { parseNumberedSteps, type StepsOptions } from "./numbered_steps.ts";
import type { Trajectory } from "./trajectory.ts";

/** What a file of solutions came to. */
export interface LoadedTrajectories {
  /** One for each row used, in order. */
  readonly trajectories: Trajectory[];
  /** What became of each row. */
  readonly ledger: Ledger;
  /** In how many of the rows used some text before step 1 was left out, because it belongs to no step. */
  readonly introductions: number;
}

const text = z.union([z.string(), z.number()], { error: "expected a string or a number" });

const solvedProblem = z.object({
  id: text.nullish(),
  problem: z.string().nullish(),
  question: z.string().nullish(),
  solution: z.string(),
  answer: text.nullish(),
});

/**
 * Reads a JSON Lines file with one solved problem a row: `problem` (or `question`), `solution` in numbered steps,
 * and optionally `id` (else `line-<n>`) and `answer` (else the solution's last `\boxed{}`, else empty).
 *
 * A row whose solution cannot be cut into steps is dropped with the reason in the ledger, and so is one whose text holds a
 * tag of the output format (`reserved-tag`): no action could be like it. Throws an `InputError` with
 * file and line for what {@link readJsonl} refuses and for an id that occurs twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const solution = "1. **Double** x = 6\n2. **Answer** \\boxed{6}";
 * await Deno.writeTextFile(path, JSON.stringify({ id: "p1", question: "x/2 = 3?", solution }));
 * const { trajectories, ledger } = await loadTrajectories(path);
 * assertEquals([trajectories[0]?.steps.length, trajectories[0]?.answer, ledger.used], [2, "6", 1]);
 * ```
 */
export async function loadTrajectories(
  path: string,
  options: StepsOptions = {},
): Promise<LoadedTrajectories> {
  const trajectories: Trajectory[] = [];
  const ledger = new Ledger(path);
  const lines = new Map<string, number>();
  let introductions = 0;
  for await (const { line, value } of readJsonl(path, solvedProblem)) {
    const id = String(value.id ?? `line-${line}`);
    const earlier = lines.get(id);
    if (earlier !== undefined) {
      throw new InputError(
        `${path}:${line}: field "id": ${JSON.stringify(id)} is the id of line ${earlier} already`,
      );
    }
    lines.set(id, line);
    const problem = problemOf(value, `${path}:${line}`);
    if (problem === "") {
      ledger.drop({ row: line, id, reason: "empty-problem", detail: "the problem has no text" });
      continue;
    }
    const parsed = parseNumberedSteps(value.solution, options);
    if (!parsed.ok) {
      ledger.drop({ row: line, id, reason: parsed.reason, detail: parsed.text });
      continue;
    }
    const tag = formatTagIn([problem, ...parsed.steps.map(({ action }) => action)]);
    if (tag !== null) {
      const detail = `the problem or a step holds ${tag}, which belongs to the output format`;
      ledger.drop({ row: line, id, reason: "reserved-tag", detail });
      continue;
    }
    ledger.use();
    if (parsed.intro !== "") introductions++;
    const answer = String(value.answer ?? lastBoxed(value.solution) ?? "");
    trajectories.push({ id, problem, steps: parsed.steps, answer });
  }
  return { trajectories, ledger, introductions };
}

function problemOf(row: z.infer<typeof solvedProblem>, place: string): string {
  const problem = row.problem ?? row.question;
  if (typeof problem === "string") return problem.trim();
  throw new InputError(`${place}: field "problem" (or "question") is missing`);
}
