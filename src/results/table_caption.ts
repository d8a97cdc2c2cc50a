/** @file What must be said beside a table or a plot for its numbers to be understood. */
import { ALPHA } from "./marks.ts";
import type { ResultTable, TableCell, TableProvenance } from "./table.ts";

/**
 * The caption's sentences: unit, seeds, kind of interval, problems and samples, what stands out, and the source.
 *
 * @param bold Whether the rendering sets the best value in bold and underlines the second.
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
  if (table.interval === "seeds and problems") {
    lines.push(
      "[low, high]: 95 % hierarchical bootstrap interval over seeds, problems and samples; where there is one seed it " +
        "says nothing about others, and where no score varies it is Wilson's.",
    );
  } else {
    if (cells.some(({ over }) => over === "seeds")) {
      lines.push("±: 95 % Student-t interval over seeds, for this set of problems.");
    }
    if (cells.some(({ over }) => over === "problems")) {
      lines.push(
        "[low, high]: 95 % Wilson interval over problems, where there is one seed or all seeds score alike; " +
          "it says nothing about other seeds.",
      );
    }
  }
  lines.push(...benchmarkLines(table));
  if (bold) lines.push(...markLines(table));
  lines.push(...table.notes ?? []);
  lines.push(sourceLine(provenance));
  return lines.filter((line) => line !== "");
}

/**
 * The sentence on where results come from.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sourceLine({ dirty: false, commit: "0123abc" }), "Made from commit 0123abc.");
 * ```
 */
export function sourceLine(provenance: TableProvenance): string {
  return taint(provenance) ?? `Made from commit ${short(provenance.commit)}.`;
}

/**
 * Why results cannot be traced to a source, or why their cells may differ by more than what is compared; null where neither is so.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(taint({ dirty: false, commit: "0123abc" }), null);
 * assertEquals(taint({ dirty: null, commit: null }), "TAINTED: made from an unknown commit.");
 * assertEquals(
 *   taint({ dirty: false, commit: "0123abc", mixed: ["processors A and B"] }),
 *   "MIXED: the cells were made with different processors A and B.",
 * );
 * ```
 */
export function taint({ dirty, commit, mixed = [] }: TableProvenance): string | null {
  const source = commit === null
    ? ["TAINTED: made from an unknown commit."]
    : dirty === false
    ? []
    : [`TAINTED: made from commit ${short(commit)} with uncommitted changes.`];
  const mixture = mixed.length > 0
    ? [`MIXED: the cells were made with different ${mixed.join("; different ")}.`]
    : [];
  return [...source, ...mixture].join(" ") || null;
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
    ...(cells.some(({ over }) => over === "seeds and problems")
      ? ["over seeds and problems (bootstrap)"]
      : []),
    ...(seeds ? [`over ${seeds} seeds (Student t)`] : []),
    ...(cells.some(({ over }) => over === "problems")
      ? [`over problems${dashed ? " (dashed)" : ""}`]
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

/** What bold and underlined mean, or that nothing stands out. */
function markLines({ cells, tests = 0 }: ResultTable): string[] {
  const rule =
    "paired permutation test and bootstrap on the same problems, the latter over seeds " +
    `where both arms have several; ${tests} ${
      tests === 1 ? "test" : "tests"
    }, Holm-corrected, p < ${ALPHA}`;
  const [best, second] = (["best", "second"] as const).map((mark) =>
    cells.some((cell) => cell.mark === mark)
  );
  if (best) {
    const underlined = second ? "; underlined: second, and ahead of every arm below" : "";
    return [`Bold: ahead of every other arm${underlined} (${rule}).`];
  }
  return tests === 0 ? [] : [`Nothing is marked: no arm is ahead of every other (${rule}).`];
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

/** As much of each commit's hash as names it. */
function short(commit: string | null): string {
  return (commit ?? "").split(", ").map((hash) => hash.slice(0, 12)).join(", ");
}
