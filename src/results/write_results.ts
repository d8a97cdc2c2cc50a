/** @file Everything that `results/<experiment>/` holds, made from rows alone. */
import { comparisonPlot } from "./comparison_plot.ts";
import { curvePlot } from "./curve_plot.ts";
import { idleUpdates } from "./idle_updates.ts";
import { CELL_METRICS, formatRows, OUTCOMES } from "./jsonl_rows.ts";
import type { CellMetric, Outcome } from "./outcome.ts";
import type { VegaLiteSpec } from "./plot_theme.ts";
import { renderCsv } from "./render_csv.ts";
import { renderMarkdown } from "./render_markdown.ts";
import { renderPng, renderSvg } from "./render_plot.ts";
import { renderTerminal, type TerminalOptions } from "./render_terminal.ts";
import { buildTable, type ResultTable, type TableInput } from "./table.ts";
import { taint } from "./table_caption.ts";
import { metricsParquet, outcomesParquet } from "./store/parquet.ts";
import { formatSchema, SCHEMA_FILE } from "./store/schema.ts";
import { unverifiedNotes } from "./unverified.ts";
import { writeFiles } from "./write_files.ts";

/** What results are made from. */
export interface ResultsInput extends TableInput {
  /** Metric rows of every arm, size, seed and stage, in any order. */
  readonly metrics: readonly CellMetric[];
  /**
   * Whether `validation` measures the same thing in every kind of stage, so that one panel can hold all arms. Default
   * false: a panel for each kind of stage.
   */
  readonly oneValidation?: boolean;
}

/**
 * The comparison of an experiment, with everything that its rows oblige it to say: outcomes that could not be verified, stages
 * whose updates taught nothing.
 *
 * @throws {InputError} as `buildTable` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const table = resultsTable({
 *   outcomes: [],
 *   metrics: [],
 *   arms: ["srl"],
 *   columns: ["hard greedy"],
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   provenance: { dirty: false, commit: "0123abc" },
 * });
 * assertEquals(table.notes, []);
 * ```
 */
export function resultsTable(input: Omit<ResultsInput, "oneValidation">): ResultTable {
  const { metrics, ...rest } = input;
  const { arms, outcomes } = rest;
  const notes = [
    ...rest.notes ?? [],
    ...unverifiedNotes(sortOutcomes(outcomes, arms)),
    ...idleUpdates(sortMetrics(metrics, arms)),
  ];
  return buildTable({ ...rest, notes });
}

/**
 * Writes `outcomes` and `metrics` each as `.jsonl` and `.parquet`, `schema.json`, `table.md`, `table.csv`, and `comparison`, `reward` and `validation` each as
 * `.svg` and `.png`. Equal rows, in whatever order they come, give equal bytes. Files are replaced together when all
 * are made; a plot for which there are no rows is not written, and one from earlier is removed.
 *
 * @returns The table for a terminal.
 * @throws {InputError} as `buildTable`, `curvePlot` and `formatRows` do; nothing is written then.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const outcome = { size: "1m", seed: 0, benchmark: "easy", decoding: "greedy", problem: "p1", sample: 0 } as const;
 * const rest = { extracted: "7", expected: "7", completion: "7", tokens: 1, truncated: false };
 * const dir = await Deno.makeTempDir();
 * const text = await writeResults(dir, {
 *   outcomes: [{ arm: "srl", correct: true, ...outcome, ...rest }],
 *   metrics: [],
 *   arms: ["srl"],
 *   columns: ["easy greedy"],
 *   title: "quickstart",
 *   question: "Does SRL help?",
 *   provenance: { dirty: false, commit: "0123abc" },
 * }, { color: false });
 * assertStringIncludes(text, "srl  100.0 [20.7, 100.0]");
 * assertStringIncludes(await Deno.readTextFile(`${dir}/table.csv`), "srl,1m,easy,greedy,1,1,1,100.0000");
 * ```
 */
export async function writeResults(
  dir: string,
  input: ResultsInput,
  options: TerminalOptions = {},
): Promise<string> {
  const { outcomes, metrics, arms, oneValidation = false, ...rest } = input;
  const sorted = sortOutcomes(outcomes, arms);
  const rows = sortMetrics(metrics, arms);
  const table = resultsTable({ outcomes, metrics, arms, ...rest });
  const note = taint(table.provenance) ?? "";
  const plots = {
    comparison: outcomes.length === 0 ? null : comparisonPlot(table),
    reward: curvePlot(metrics, "reward", { arms, note }),
    validation: curvePlot(metrics, "validation", { arms, note, oneScale: oneValidation }),
  };
  await writeFiles(dir, {
    "outcomes.jsonl": formatRows(OUTCOMES, sorted),
    "metrics.jsonl": formatRows(CELL_METRICS, rows),
    "outcomes.parquet": outcomesParquet(sorted),
    "metrics.parquet": metricsParquet(rows),
    [SCHEMA_FILE]: formatSchema(),
    "table.md": renderMarkdown(table),
    "table.csv": renderCsv(table),
    ...await images("comparison", plots.comparison),
    ...await images("reward", plots.reward),
    ...await images("validation", plots.validation),
  });
  return renderTerminal(table, options);
}

async function images(
  name: string,
  spec: VegaLiteSpec | null,
): Promise<Record<string, string | Uint8Array | null>> {
  if (spec === null) return { [`${name}.svg`]: null, [`${name}.png`]: null };
  const svg = await renderSvg(spec);
  return { [`${name}.svg`]: svg, [`${name}.png`]: await renderPng(svg) };
}

function sortOutcomes(outcomes: readonly Outcome[], arms: readonly string[]): Outcome[] {
  return [...outcomes].sort((a, b) =>
    arms.indexOf(a.arm) - arms.indexOf(b.arm) || compare(a.size, b.size) || a.seed - b.seed ||
    compare(a.benchmark, b.benchmark) || compare(a.decoding, b.decoding) ||
    compare(a.problem, b.problem) || a.sample - b.sample
  );
}

function sortMetrics(metrics: readonly CellMetric[], arms: readonly string[]): CellMetric[] {
  return [...metrics].sort((a, b) =>
    arms.indexOf(a.arm) - arms.indexOf(b.arm) || compare(a.size, b.size) || a.seed - b.seed ||
    a.position - b.position || a.row.step - b.row.step
  );
}

/** By code units: the same order on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
