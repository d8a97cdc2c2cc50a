/** @file Whether a benchmark asks what is trained on. */
import { findOverlap, type NamedProblem, type Overlap } from "../../data/overlap.ts";
import { InputError } from "../../errors.ts";

/** Pairs that a line names; all of them are kept with the results. */
const NAMED = 5;

/** A benchmark, as it is compared with the training data. */
export interface AskedProblems {
  /** Where its problems come from, e.g. a path. */
  readonly source: string;
  /** Path of the declaration, to begin an error with. */
  readonly path: string;
  /** Its problems. */
  readonly problems: readonly NamedProblem[];
}

/**
 * Compares a benchmark with the training data: exact copies are refused, which a copy of some rows into another file would
 * hide; what only overlaps is refused where that is declared, and handed back else.
 *
 * @param policy The experiment's `data.overlap`.
 * @throws {InputError} that begins with the benchmark's path and names the problems.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ id: "t1", problem: "What is 2 + 2?" }];
 * const problems = [{ id: "b1", problem: "what is $2+2$" }];
 * const [pair] = checkOverlap(train, { source: "sums.jsonl", path: "sums", problems }, "report");
 * assertEquals([pair?.asked, pair?.trained], ["b1", "t1"]);
 * ```
 */
export function checkOverlap(
  train: Iterable<NamedProblem>,
  { source, path, problems }: AskedProblems,
  policy: "report" | "refuse",
): Overlap[] {
  const pairs = findOverlap(train, problems);
  const copies = pairs.filter(({ kind }) => kind === "copy");
  const refused = policy === "refuse" ? pairs : copies;
  if (refused.length === 0) return pairs;
  const why = refused.length === copies.length ? "" : ' (data.overlap is "refuse")';
  throw new InputError(
    `${path}: found ${refused.length} of ${problems.length} problems of ${source} in the training data${why}: ` +
      `${pairsText(refused)}; expected problems that are not trained on`,
  );
}

/**
 * The overlap of a benchmark in one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pair = { asked: "b1", trained: "t1", kind: "words", words: "what is 2 + 2" } as const;
 * assertEquals(overlapText([pair], 30), "1 of 30 problems overlap with the training data: b1 is t1 (words)");
 * ```
 */
export function overlapText(pairs: readonly Overlap[], problems: number): string {
  const count = `${pairs.length} of ${problems} problems`;
  return `${count} overlap with the training data: ${pairsText(pairs)}`;
}

function pairsText(pairs: readonly Overlap[]): string {
  const named = pairs.slice(0, NAMED).map(({ asked, trained, kind }) =>
    `${asked} is ${trained} (${kind})`
  );
  const rest = pairs.length - named.length;
  return [...named, ...rest > 0 ? [`and ${rest} more`] : []].join(", ");
}
