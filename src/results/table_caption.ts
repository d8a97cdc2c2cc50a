/** @file What must be said beside a table or a plot for its numbers to be understood. */
import type { ResultTable, TableCell, TableProvenance } from "./table.ts";

/**
 * The caption's sentences: unit, seeds, kind of interval, problems and samples, what stands out, and the source.
 *
 * @param bold Whether the rendering sets the best value in bold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const provenance = { dirty: true, commit: "0123abc" };
 * const table = { title: "t", question: "q", arms: [], columns: [], sizes: [], cells: [], provenance };
 * assertEquals(tableCaption(table, false).at(-1), "TAINTED: made from commit 0123abc with uncommitted changes.");
 * ```
 */
export function tableCaption(table: ResultTable, bold: boolean): string[] {
  const { cells, provenance } = table;
  const lines = ["Percent of problems solved, mean over training seeds.", seedsLine(table)];
  if (cells.some(({ over }) => over === "seeds")) {
    lines.push("±: 95 % Student-t interval over seeds, for this set of problems.");
  }
  if (cells.some(({ over }) => over === "problems")) {
    lines.push(
      "[low, high]: 95 % Wilson interval over problems, where there is one seed or all seeds score alike; " +
        "it says nothing about other seeds.",
    );
  }
  lines.push(...benchmarkLines(table));
  if (bold && cells.some(({ best }) => best)) {
    lines.push("Bold: ahead of every other arm, the intervals not touching.");
  }
  lines.push(...table.notes ?? []);
  lines.push(taint(provenance) ?? `Made from commit ${short(provenance.commit)}.`);
  return lines.filter((line) => line !== "");
}

/**
 * Why results cannot be traced to a source; null where they can.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(taint({ dirty: false, commit: "0123abc" }), null);
 * assertEquals(taint({ dirty: null, commit: null }), "TAINTED: made from an unknown commit.");
 * ```
 */
export function taint({ dirty, commit }: TableProvenance): string | null {
  if (commit === null) return "TAINTED: made from an unknown commit.";
  return dirty === false
    ? null
    : `TAINTED: made from commit ${short(commit)} with uncommitted changes.`;
}

/**
 * One line on the intervals, for a plot.
 *
 * @param dashed Whether the plot draws those over problems dashed. Default true.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(intervalNote([]), "");
 * ```
 */
export function intervalNote(cells: readonly TableCell[], dashed = true): string {
  const counts = [
    ...new Set(cells.filter(({ over }) => over === "seeds").map((c) => c.seeds.length)),
  ];
  const seeds = counts.sort((a, b) => a - b).join(" or ");
  const kinds = [
    ...(seeds ? [`over ${seeds} seeds (Student t)`] : []),
    ...(cells.some(({ over }) => over === "problems")
      ? [`over problems (Wilson${dashed ? ", dashed" : ""})`]
      : []),
  ];
  return kinds.length === 0 ? "" : `95 % intervals: ${kinds.join("; ")}.`;
}

/** `Seeds: 0, 1, 2 (base: 0).` */
function seedsLine({ arms, cells }: ResultTable): string {
  const of = (rows: readonly TableCell[]) =>
    [...new Set(rows.flatMap(({ seeds }) => seeds))].sort((a, b) => a - b).join(", ");
  const all = of(cells);
  if (all === "") return "";
  const fewer = arms.flatMap((arm) => {
    const own = cells.filter((cell) => cell.arm === arm);
    // Said of an arm whose seeds are fewer in any cell, not only in all.
    const least = own.map((cell) => of([cell])).find((seeds) => seeds !== all);
    return least === undefined ? [] : [`${arm}: ${least}`];
  });
  return `Seeds: ${all}${fewer.length > 0 ? ` (${fewer.join("; ")})` : ""}.`;
}

/** `hard: 100 problems, 8 samples each.` */
function benchmarkLines({ columns, cells }: ResultTable): string[] {
  return [...new Set(columns.map(({ benchmark }) => benchmark))].flatMap((benchmark) => {
    const own = cells.filter((cell) => cell.benchmark === benchmark);
    const [some] = own;
    if (some === undefined) return [];
    const sampled = own.find(({ metric }) => metric !== "greedy");
    const greedy = own.some(({ metric }) => metric === "greedy");
    const taken = [
      ...(greedy ? ["one greedy completion"] : []),
      ...(sampled ? [`${sampled.samples} samples`] : []),
    ];
    return [`${benchmark}: ${some.problems} problems, ${taken.join(" and ")} each.`];
  });
}

/** As much of a commit's hash as names it. */
function short(commit: string | null): string {
  return (commit ?? "").slice(0, 12);
}
