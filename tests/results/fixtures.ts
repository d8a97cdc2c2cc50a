/** @file Tables for the renderings' tests. */
import { parseColumn } from "../../src/results/columns.ts";
import type { ResultTable, TableCell } from "../../src/results/table.ts";

/** A cell of one benchmark and one metric. */
export function cell(arm: string, label: string, rest: Partial<TableCell> = {}): TableCell {
  const { benchmark, metric, k } = parseColumn(label);
  const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds" } as const;
  const where = { arm, size: "1m", benchmark, metric, seeds: [0, 1, 2], problems: 100, samples: k };
  return { ...where, ...score, mark: null, ...rest };
}

/** A table of these cells. */
export function tableOf(
  arms: readonly string[],
  labels: readonly string[],
  cells: readonly TableCell[],
  rest: Partial<ResultTable> = {},
): ResultTable {
  return {
    title: "quickstart",
    question: "Does SRL help?",
    arms,
    columns: labels.map(parseColumn),
    sizes: [...new Set(cells.map(({ size }) => size))],
    cells,
    provenance: { dirty: false, commit: "0123abc" },
    ...rest,
  };
}
