/** @file From the rows of a data set to problems with answers, as a benchmark has them. */
import { formatTagIn } from "../format_tags.ts";
import { lastBoxed } from "./answer_extraction.ts";
import { Ledger } from "./ledger.ts";
import { type LoadOptions, readRows } from "./load_trajectories.ts";
import type { RowSource } from "./sources/row_source.ts";

/** A problem that a completion can be checked against. */
export interface AnsweredProblem {
  /** Stable and unique within its source. */
  readonly id: string;
  /** The problem as the policy sees it. */
  readonly problem: string;
  /** The final answer that a verifier compares with; never empty. */
  readonly answer: string;
}

/** What a source of problems came to. */
export interface LoadedProblems {
  /** One for each row used, in order. */
  readonly problems: AnsweredProblem[];
  /** What became of each row. */
  readonly ledger: Ledger;
}

/**
 * Reads problems and their answers. Nobody learns from them, so that a row needs no solution, and one that it has need not
 * parse: the answer is the row's own, else what its form has a place for, else the solution's last `\boxed{}`. Each row ends as
 * used or as dropped, with the reason in the ledger: the mapping's, `no-answer`, or `reserved-tag` where the problem holds a
 * tag of the output format.
 *
 * @throws {InputError} as {@link loadTrajectories}, but for what concerns solutions alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openSource } from "./sources/open_source.ts";
 *
 * const rows = [{ problem: "1 + 2?", answer: 3 }, { problem: "Why?", solution: "So." }];
 * const { problems, ledger } = await loadProblems(await openSource({ rows }));
 * assertEquals(problems, [{ id: "line-1", problem: "1 + 2?", answer: "3" }]);
 * assertEquals(ledger.dropped.map(({ id, reason }) => [id, reason]), [["line-2", "no-answer"]]);
 * ```
 */
export async function loadProblems(
  source: RowSource,
  options: Pick<LoadOptions, "mapping" | "parser"> = {},
): Promise<LoadedProblems> {
  const ledger = new Ledger(source.name);
  const problems: AnsweredProblem[] = [];
  for (const read of await readRows(source, options, "answer")) {
    if ("reason" in read) {
      ledger.drop(read);
      continue;
    }
    const { row, id, parsed, mapped: { problem, solution, answer: own } } = read;
    const announced = parsed.ok ? parsed.answer : undefined;
    const boxed = typeof solution === "string" ? lastBoxed(solution) : null;
    const answer = own ?? announced ?? boxed ?? "";
    const tag = formatTagIn([problem]);
    if (answer.trim() === "") {
      const detail = "there is no answer to check a completion by";
      ledger.drop({ row, id, reason: "no-answer", detail });
    } else if (tag !== null) {
      const detail = `the problem holds ${tag}, which belongs to the output format`;
      ledger.drop({ row, id, reason: "reserved-tag", detail });
    } else {
      ledger.use();
      problems.push({ id, problem, answer });
    }
  }
  return { problems, ledger };
}
