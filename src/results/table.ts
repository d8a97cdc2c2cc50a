/** @file The comparison itself: arms × columns, per policy size, as numbers that every rendering starts from. */
import { InputError } from "../errors.ts";
import { type Column, type Metric, parseColumn } from "./columns.ts";
import { type Interval, scoreInterval } from "./interval.ts";
import type { Outcome } from "./outcome.ts";
import { type Mark, markCells } from "./marks.ts";
import { scoreOutcomes, scoreProblems } from "./scores.ts";
import { compareSizes } from "./sizes.ts";
import { hierarchicalInterval } from "./statistics/hierarchical_interval.ts";
import { scoreGrid } from "./statistics/score_grid.ts";

/** The tree that the results were made from. */
export interface TableProvenance {
  /** Whether it held changes that no commit holds: the numbers then cannot be traced to a source. Null if unknown. */
  readonly dirty: boolean | null;
  /** The commit checked out, or all of them, separated by `, `; null if unknown. */
  readonly commit: string | null;
  /**
   * What was not the same for all cells and may have changed their numbers, a phrase each, e.g.
   * `processors A (3 stages) and B (2 stages)`. Default none.
   */
  readonly mixed?: readonly string[];
}

/** What a table is made from. */
export interface TableInput {
  /** Every outcome, in any order. */
  readonly outcomes: readonly Outcome[];
  /** Arms, in the order of the rows. */
  readonly arms: readonly string[];
  /** Headings of the columns, in order, e.g. `hard avg@8`. */
  readonly columns: readonly string[];
  /** The experiment's name. */
  readonly title: string;
  /** What the experiment asks. */
  readonly question: string;
  /** The tree that the results were made from. */
  readonly provenance: TableProvenance;
  /**
   * What intervals speak about: other training seeds on these problems (`seeds`, Student t; Wilson's over problems where
   * there is one seed), or other seeds, problems and samples at once (`seeds and problems`, hierarchical bootstrap). Default
   * `seeds`.
   */
  readonly interval?: "seeds" | "seeds and problems";
  /** What else a reader must know, a sentence each. Default none. */
  readonly notes?: readonly string[];
}

/** One arm at one size in one column. Scores are fractions. */
export interface TableCell extends Interval {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Benchmark. */
  readonly benchmark: string;
  /** Metric. */
  readonly metric: Metric;
  /** Training seeds that the mean is over, ascending. */
  readonly seeds: readonly number[];
  /** Problems per seed. */
  readonly problems: number;
  /** Completions per problem. */
  readonly samples: number;
  /** What stands out: see {@link markCells}. */
  readonly mark: Mark;
}

/** A comparison, ready to be rendered. */
export interface ResultTable extends Omit<TableInput, "outcomes" | "columns"> {
  /** Columns, in order. */
  readonly columns: readonly Column[];
  /** Policy sizes found, from small to large. */
  readonly sizes: readonly string[];
  /** Paired tests behind the cells' marks, for all of which p-values are corrected. Default none. */
  readonly tests?: number;
  /** By size, then arm, then column; an arm without outcomes in a column has no cell there. */
  readonly cells: readonly TableCell[];
}

/**
 * Scores outcomes and arranges them.
 *
 * @throws {InputError} for an arm or column declared twice, an outcome of an arm that is not declared, and as
 * `parseColumn` and `scoreOutcomes` do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const outcome = { size: "1m", seed: 0, benchmark: "easy", decoding: "greedy", problem: "p1", sample: 0 } as const;
 * const rest = { extracted: "7", expected: "7", completion: "7", tokens: 1, truncated: false };
 * const table = buildTable({
 *   outcomes: [{ arm: "srl", correct: true, ...outcome, ...rest }],
 *   arms: ["base", "srl"],
 *   columns: ["easy greedy"],
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals(table.cells.map(({ arm, mean }) => [arm, mean]), [["srl", 1]]);
 * ```
 */
export function buildTable(input: TableInput): ResultTable {
  const { outcomes, arms, columns: labels, ...rest } = input;
  distinct("arms", arms);
  distinct("columns", labels);
  const known = new Set(arms);
  const stray = outcomes.find(({ arm }) => !known.has(arm));
  if (stray) {
    throw new InputError(
      `outcomes: found arm ${JSON.stringify(stray.arm)}, expected ${list(arms)}`,
    );
  }
  const columns = labels.map(parseColumn);
  const sizes = [...new Set(outcomes.map(({ size }) => size))].sort(compareSizes);
  const scores = scoreOutcomes(outcomes, columns);
  const byProblem = scoreProblems(outcomes, columns);
  const cells = sizes.flatMap((size) =>
    arms.flatMap((arm) =>
      columns.flatMap(({ benchmark, metric }) => {
        const here = scores.filter((s) =>
          s.size === size && s.arm === arm && s.benchmark === benchmark && s.metric === metric
        ).sort((a, b) => a.seed - b.seed);
        const [some] = here;
        if (some === undefined) return [];
        const { problems, samples } = some;
        const interval = rest.interval !== "seeds and problems"
          ? scoreInterval(here.map(({ score }) => score), problems)
          : hierarchicalInterval(scoreGrid(byProblem.filter((s) =>
            s.size === size && s.arm === arm && s.benchmark === benchmark && s.metric === metric
          )));
        const seeds = here.map(({ seed }) =>
          seed
        );
        return [{ arm, size, benchmark, metric, seeds, problems, samples, ...interval }];
      })
    )
  );
  const { marks, tests } = markCells(cells, byProblem);
  return {
    ...rest,
    arms,
    columns,
    sizes,
    cells: cells.map((cell, index) => ({ ...cell, mark: marks[index]! })),
    ...(tests > 0 ? { tests } : {}),
  };
}

function distinct(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(`${what}: found ${JSON.stringify(twice)} twice, expected each once`);
  }
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
