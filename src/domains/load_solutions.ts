/** @file From declared expert solutions to trajectories. */
import { type LoadedTrajectories, loadTrajectories } from "../data/load_trajectories.ts";
import { openSource } from "../data/sources/open_source.ts";
import { Teacher } from "../data/teacher/teacher.ts";
import type { ResolvedSolutionsData } from "../experiment/data.ts";
import { sourceOf } from "../experiment/source_of.ts";

/**
 * Reads training data that is not generated, a teacher's help included.
 *
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
export async function loadSolutions(data: ResolvedSolutionsData): Promise<LoadedTrajectories> {
  const source = await openSource(sourceOf(data), "data");
  const { mapping, parser, teacher } = data;
  const loaded = await loadTrajectories(source, {
    mapping,
    parser,
    ...(teacher === null ? {} : { teacher: new Teacher(teacher) }),
  });
  loaded.ledger.failAbove(data.maxDropped, "data.maxDropped");
  return loaded;
}
