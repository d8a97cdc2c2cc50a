/** @file Results as arquero tables, for questions that no table of ours answers. */
import { type ColumnTable, from } from "arquero";
import type { CellMetric, Outcome } from "./outcome.ts";
import type { ResultTable } from "./table.ts";

/**
 * Outcomes as a table: a row for each sample of each problem, a column for each field of {@link Outcome}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { op } from "arquero";
 *
 * const outcome = { arm: "srl", size: "1m", seed: 0, benchmark: "easy", decoding: "greedy", problem: "p1" } as const;
 * const rest = { sample: 0, correct: true, extracted: "7", expected: "7", completion: "7", truncated: false };
 * const table = outcomeRows([{ ...outcome, ...rest, tokens: 4 }, { ...outcome, ...rest, seed: 1, tokens: 6 }]);
 * assertEquals(table.groupby("arm").rollup({ tokens: op.mean("tokens") }).objects(), [{ arm: "srl", tokens: 5 }]);
 * ```
 */
export function outcomeRows(outcomes: readonly Outcome[]): ColumnTable {
  return from([...outcomes]);
}

/**
 * Metrics as a table: a row for each step of each stage of each cell, a column for each metric that any row has; null where a
 * row has it not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "srl", size: "1m", seed: 0, stage: "srl", position: 0 };
 * const table = metricRows([{ ...cell, row: { step: 1, reward: 0.5 } }, { ...cell, row: { step: 2, loss: 1 } }]);
 * assertEquals(table.array("reward"), [0.5, null]);
 * ```
 */
export function metricRows(metrics: readonly CellMetric[]): ColumnTable {
  const names = [...new Set(metrics.flatMap(({ row }) => Object.keys(row)))].sort();
  const columns = ["step", ...names.filter((name) => name !== "step")];
  return from(metrics.map(({ row, ...cell }) => ({
    ...cell,
    ...Object.fromEntries(columns.map((name) => [name, row[name] ?? null])),
  })));
}

/**
 * A comparison as a table: a row for each arm, size, benchmark and metric, with its mean and interval as fractions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildTable } from "./table.ts";
 *
 * const outcome = { size: "1m", seed: 0, benchmark: "easy", decoding: "greedy", problem: "p1", sample: 0 } as const;
 * const rest = { extracted: "7", expected: "7", completion: "7", tokens: 1, truncated: false };
 * const table = buildTable({
 *   outcomes: [{ arm: "srl", correct: true, ...outcome, ...rest }],
 *   arms: ["srl"],
 *   columns: ["easy greedy"],
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals(scoreRows(table).select("arm", "metric", "mean").objects(), [{ arm: "srl", metric: "greedy", mean: 1 }]);
 * ```
 */
export function scoreRows({ cells }: ResultTable): ColumnTable {
  return from(cells.map(({ arm, size, benchmark, metric, mean, low, high, seeds, problems }) => ({
    ...{ arm, size, benchmark, metric, mean, low, high },
    seeds: seeds.length,
    problems,
  })));
}
