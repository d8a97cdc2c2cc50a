/** @file From result rows to tables and plots. */
export { type Column, type Metric, parseColumn } from "./columns.ts";
export { comparisonPlot } from "./comparison_plot.ts";
export { curvePlot, type CurvePlotOptions } from "./curve_plot.ts";
export { type HeatMapOptions, heatMapPlot } from "./heat_map_plot.ts";
export { idleUpdates } from "./idle_updates.ts";
export type { CellMetric, MetricRow, Outcome, RolloutRow } from "./outcome.ts";
export { CELL_METRICS, METRICS, OUTCOMES, readRows, ROLLOUTS, type RowKind } from "./jsonl_rows.ts";
export { landscapePlot } from "./landscape_plot.ts";
export {
  type LandscapeCell,
  type LandscapeColumn,
  type LandscapeReward,
  type LandscapeTable,
  landscapeTable,
  separation,
  type Spread,
} from "./landscape_table.ts";
export { passAtK } from "./pass_at_k.ts";
export { renderCsv } from "./render_csv.ts";
export { renderHtml } from "./render_html.ts";
export { renderLandscape } from "./render_landscape.ts";
export { renderLatex } from "./render_latex.ts";
export { renderMarkdown } from "./render_markdown.ts";
export { type VegaLiteSpec } from "./plot_theme.ts";
export { type InterleavedSolution, interleavingPlot } from "./interleaving_plot.ts";
export { type SolutionPiece, solutionPieces } from "./interleaving.ts";
export { keptPlot } from "./kept_plot.ts";
export { lengthPlot, type LengthPlotOptions } from "./length_plot.ts";
export { passAtKPlot, type PassAtKPlotOptions } from "./pass_at_k_plot.ts";
export { rewardPlot, type RewardPlotOptions, type RewardSeries } from "./reward_plot.ts";
export { scalingPlot } from "./scaling_plot.ts";
export { type WinLossOptions, winLossPlot } from "./win_loss_plot.ts";
export { renderPdf } from "./render_pdf.ts";
export { type PngOptions, renderPng, renderSvg } from "./render_plot.ts";
export { type RewardScore, rewardScoresCsv } from "./reward_scores.ts";
export { renderTypst } from "./render_typst.ts";
export { renderTerminal, type TerminalOptions } from "./render_terminal.ts";
export { type ProblemScore, scoreOutcomes, scoreProblems, type SeedScore } from "./scores.ts";
export { metricRows, outcomeRows, scoreRows } from "./rows.ts";
export { type Displayed, show, type Shown, type ShowOptions } from "./show.ts";
export { showRollouts } from "./show_rollouts.ts";
export {
  buildTable,
  type ResultTable,
  type TableCell,
  type TableInput,
  type TableProvenance,
} from "./table.ts";
export {
  type Axis,
  type LayoutBlock,
  type LayoutCell,
  type LayoutOptions,
  type LayoutRow,
  layoutTable,
  type PublishedRows,
  type TableLayout,
} from "./table_layout.ts";
export { type Mark, markCells, type MarkedCell } from "./marks.ts";
export { type ResultsInput, resultsTable, writeResults } from "./write_results.ts";
export { type Interval } from "./interval.ts";
export * from "./statistics/mod.ts";
export * from "./store/mod.ts";
