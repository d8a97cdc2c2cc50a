/** @file From declared expert solutions to trajectories. */
import {
  type LoadedTrajectories,
  loadTrajectories,
  TEACHER_NOT_ASKED,
} from "../data/load_trajectories.ts";
import type { Ledger } from "../data/ledger.ts";
import { openSource } from "../data/sources/open_source.ts";
import { InputError } from "../errors.ts";
import { Teacher } from "../data/teacher/teacher.ts";
import type { ResolvedSolutionsData } from "../experiment/data.ts";
import { sourceOf } from "../experiment/source_of.ts";

/**
 * Reads training data that is not generated, a teacher's help included.
 *
 * @param asks Whether a teacher is asked for what is not kept yet. Without, the rows that it would rewrite are in the ledger as
 * `teacher-not-asked`, and how many rows will have been dropped is not known yet.
 * @throws {InputError} for what cannot be read, a teacher that cannot answer, nothing to train on, and more dropped rows than
 * `maxDropped` allows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rows = [{ question: "x/2 = 3?", solution: "1. **Double** x = 6\n2. **Answer** \\boxed{6}" }];
 * const { trajectories } = await loadSolutions({
 *   domain: "rows",
 *   rows,
 *   mapping: "generic",
 *   parser: "numbered",
 *   validation: 0,
 *   seed: 1,
 *   maxDropped: 0,
 *   overlap: "report",
 *   teacher: null,
 * });
 * assertEquals(trajectories[0]?.answer, "6");
 * ```
 */
export async function loadSolutions(
  data: ResolvedSolutionsData,
  { asks = true }: { readonly asks?: boolean } = {},
): Promise<LoadedTrajectories> {
  const source = await openSource(sourceOf(data), "data");
  const { mapping, parser, teacher } = data;
  const loaded = await loadTrajectories(source, {
    mapping,
    parser,
    ...(teacher === null ? {} : { teacher: new Teacher(teacher, { asks }) }),
  });
  const open = notAsked(loaded.ledger);
  if (open > 0) {
    if (loaded.trajectories.length > 0) return loaded;
    throw new InputError(
      `data.teacher: ${loaded.ledger.source}: none of ${loaded.ledger.rows} rows can be used before ` +
        `${teacher!.model} has rewritten ${open} of them, and a plan asks for nothing; run the ` +
        "experiment, or plan it with a row that parses",
    );
  }
  loaded.ledger.failAbove(data.maxDropped, "data.maxDropped");
  return loaded;
}

/**
 * How many rows a teacher would be asked to rewrite, and was not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ledger } from "../data/ledger.ts";
 *
 * const ledger = new Ledger("a.jsonl");
 * ledger.drop({ row: 1, id: "p1", reason: "teacher-not-asked", detail: "no step 1" });
 * assertEquals(notAsked(ledger), 1);
 * ```
 */
export function notAsked(ledger: Ledger): number {
  return ledger.reasons().find(({ reason }) => reason === TEACHER_NOT_ASKED)?.count ?? 0;
}
