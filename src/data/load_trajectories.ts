/** @file From rows with written solutions to trajectories. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { lastBoxed } from "./answer_extraction.ts";
import { checkRow } from "./check_row.ts";
import { type DroppedRow, Ledger } from "./ledger.ts";
import { type ParsedSteps, parseNumberedSteps, type StepsOptions } from "./numbered_steps.ts";
import type { RowSource } from "./sources/row_source.ts";
import { type Rewrite, rewriteSolutions } from "./teacher/rewrite.ts";
import type { Teacher } from "./teacher/teacher.ts";
import type { Trajectory } from "./trajectory.ts";

/** What a source of solutions came to. */
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

/** How rows become trajectories. */
export interface LoadOptions extends StepsOptions {
  /** Rewrites solutions that do not parse; without one they are dropped. */
  readonly teacher?: Teacher;
  /** Whether a row must have an answer to verify, as a benchmark's must. Optional by default. */
  readonly answers?: "required" | "optional";
}

type Parse = (solution: string) => ParsedSteps;

/** A row with a problem. */
interface Solved {
  readonly row: number;
  readonly id: string;
  readonly problem: string;
  readonly solution: string;
  readonly answer: string | null;
  readonly parsed: ParsedSteps;
}

/**
 * Reads a source with one solved problem a row: `problem` (or `question`), `solution` in numbered steps, and optionally `id`
 * (else `line-<n>`) and `answer` (else the solution's last `\boxed{}`, else empty).
 *
 * A row whose solution cannot be cut into steps is dropped with the reason in the ledger, unless a teacher rewrites it so that
 * it can. Throws an `InputError` with file and line for what the source refuses, for a field that is missing or wrong and for
 * an id that occurs twice; and as the teacher does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openSource } from "./sources/open_source.ts";
 *
 * const solution = "1. **Double** x = 6\n2. **Answer** \\boxed{6}";
 * const source = await openSource({ rows: [{ id: "p1", question: "x/2 = 3?", solution }] });
 * const { trajectories, ledger } = await loadTrajectories(source);
 * assertEquals([trajectories[0]?.steps.length, trajectories[0]?.answer, ledger.used], [2, "6", 1]);
 * ```
 */
export async function loadTrajectories(
  source: RowSource,
  options: LoadOptions = {},
): Promise<LoadedTrajectories> {
  const parse = (solution: string) => parseNumberedSteps(solution, options);
  const rows = await readRows(source, parse);
  const rewrites = await rewriteFailed(rows, options.teacher, parse);
  const ledger = new Ledger(source.name);
  const trajectories: Trajectory[] = [];
  let introductions = 0;
  for (const row of rows) {
    if ("reason" in row) {
      ledger.drop(row);
      continue;
    }
    const rewrite = rewrites.get(row);
    const parsed = rewrite?.ok ? rewrite.parsed : row.parsed;
    if (!parsed.ok) {
      ledger.drop(droppedOf(row, parsed, rewrite));
      continue;
    }
    const trajectory = trajectoryOf(row, parsed, rewrite?.ok ? rewrite.text : null);
    if (options.answers === "required" && trajectory.answer.trim() === "") {
      const detail = "there is no answer to check a completion by";
      ledger.drop({ row: row.row, id: row.id, reason: "no-answer", detail });
      continue;
    }
    ledger.use({ rewritten: rewrite !== undefined });
    if (parsed.intro !== "") introductions++;
    trajectories.push(trajectory);
  }
  return { trajectories, ledger, introductions };
}

/** Every row, parsed, or dropped already. */
async function readRows(source: RowSource, parse: Parse): Promise<(Solved | DroppedRow)[]> {
  const rows: (Solved | DroppedRow)[] = [];
  const ids = new Map<string, number>();
  for await (const { row, place, value } of source.rows()) {
    const solved = checkRow(solvedProblem, value, place);
    const id = String(solved.id ?? `line-${row}`);
    const earlier = ids.get(id);
    if (earlier !== undefined) {
      throw new InputError(
        `${place}: field "id": ${JSON.stringify(id)} is the id of line ${earlier} already`,
      );
    }
    ids.set(id, row);
    const problem = problemOf(solved, place);
    if (problem === "") {
      rows.push({ row, id, reason: "empty-problem", detail: "the problem has no text" });
      continue;
    }
    const { solution } = solved;
    const answer = solved.answer ?? null;
    rows.push({
      row,
      id,
      problem,
      solution,
      answer: answer === null ? null : String(answer),
      parsed: parse(solution),
    });
  }
  return rows;
}

function droppedOf(
  { row, id }: Solved,
  { reason, text }: ParsedSteps & { readonly ok: false },
  rewrite: Rewrite | undefined,
): DroppedRow {
  if (rewrite === undefined || rewrite.ok) return { row, id, reason, detail: text };
  return { row, id, reason: "teacher-rejected", detail: `${text}; ${rewrite.fault}` };
}

/** `rewritten` is the teacher's text, where the steps are its. */
function trajectoryOf(
  { id, problem, solution, answer }: Solved,
  { steps }: ParsedSteps & { readonly ok: true },
  rewritten: string | null,
): Trajectory {
  const boxed = lastBoxed(solution) ?? (rewritten === null ? null : lastBoxed(rewritten));
  const known = { id, problem, steps, answer: answer ?? boxed ?? "" };
  return rewritten === null ? known : { ...known, rewritten: true };
}

/** What a teacher makes of the solutions that do not parse; nothing without one. */
async function rewriteFailed(
  rows: readonly (Solved | DroppedRow)[],
  teacher: Teacher | undefined,
  parse: Parse,
): Promise<Map<Solved, Rewrite>> {
  if (teacher === undefined) return new Map();
  const failed = rows.filter((row): row is Solved => "parsed" in row && !row.parsed.ok);
  const rewrites = await rewriteSolutions(failed, teacher, parse);
  return new Map(failed.map((row, at) => [row, rewrites[at]!]));
}

function problemOf(row: z.infer<typeof solvedProblem>, place: string): string {
  const problem = row.problem ?? row.question;
  if (typeof problem === "string") return problem.trim();
  throw new InputError(`${place}: field "problem" (or "question") is missing`);
}
