/** @file The comparison as tidy CSV: one line per arm, size and column. */
import { csvField } from "./csv_field.ts";
import type { ResultTable } from "./table.ts";
import { taint } from "./table_caption.ts";

const HEAD = "arm,size,benchmark,metric,seeds,problems,samples,mean,low,high,interval,taint";

/**
 * Lines `arm,size,benchmark,metric,seeds,problems,samples,mean,low,high,interval,taint`, in the table's order. `seeds` and
 * `problems` are numbers of them, `samples` is per problem; `mean`, `low` and `high` are percent with four decimals;
 * `interval` is what the ends speak about: `seeds` (Student t, whose ends may lie beyond 0 and 100), `problems`, or
 * `seeds and problems`; `taint` is empty, or says as every other rendering does why the numbers cannot be trusted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "srl → rlvr", size: "1m", benchmark: "hard", metric: "greedy", seeds: [0, 1, 2] } as const;
 * const score = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds", problems: 100, samples: 1 } as const;
 * const provenance = { dirty: false, commit: "0123abc" };
 * const empty = { title: "t", question: "q", arms: [], columns: [], sizes: [], provenance };
 * assertEquals(
 *   renderCsv({ ...empty, cells: [{ ...cell, ...score, mark: "best" }] }).split("\n")[1],
 *   "srl → rlvr,1m,hard,greedy,3,100,1,61.3000,57.1000,65.5000,seeds,",
 * );
 * ```
 */
export function renderCsv(table: ResultTable): string {
  const tainted = csvField(taint(table.provenance) ?? "");
  const rows = table.cells.map((cell) => [
    ...[cell.arm, cell.size, cell.benchmark, cell.metric].map(csvField),
    ...[cell.seeds.length, cell.problems, cell.samples],
    ...[cell.mean, cell.low, cell.high].map((score) => (score * 100).toFixed(4)),
    cell.over,
    tainted,
  ]);
  return [HEAD, ...rows.map((row) => row.join(","))].join("\n") + "\n";
}
