/** @file What dynamic sampling keeps, over updates. */
import { curvePlot, type CurvePlotOptions } from "./curve_plot.ts";
import type { CellMetric } from "./outcome.ts";
import type { VegaLiteSpec } from "./plot_theme.ts";

/** Points of a stage's curve: single batches differ too much for a trend to be seen. */
const POINTS = 30;

/** Name of the axis. */
const SHARE = "groups kept (share)";

/**
 * The share of sampled groups that a batch was trained on, as curves like every other metric's: falling means that the
 * policy's rollouts earn more and more alike, by solving all or none. Updates of a long stage are averaged in windows.
 *
 * @param metrics Rows of every arm, size, seed and stage, of which those with `kept` and `dropped` count.
 * @returns The plot; null where no row has them.
 * @throws {InputError} as `curvePlot` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = { step: 1, kept: 3, dropped: 1 };
 * const spec = keptPlot([{ arm: "srl", size: "1m", seed: 0, stage: "srl", position: 0, row }]);
 * assertEquals("vconcat" in spec!, true);
 * ```
 */
export function keptPlot(
  metrics: readonly CellMetric[],
  options: Omit<CurvePlotOptions, "oneScale"> = {},
): VegaLiteSpec | null {
  const known = metrics.flatMap((metric) => {
    const { kept = null, dropped = null } = metric.row;
    return kept === null || dropped === null || kept + dropped === 0
      ? []
      : [{ ...metric, share: kept / (kept + dropped) }];
  });
  if (known.length === 0) return null;
  const last = metrics.reduce((most, { row }) => Math.max(most, row.step), 0);
  const window = Math.ceil((last + 1) / POINTS);
  const windows = Map.groupBy(
    known,
    ({ arm, size, seed, position, row }) =>
      JSON.stringify([arm, size, seed, position, Math.floor(row.step / window)]),
  );
  const shares = [...windows.values()].map((rows): CellMetric => {
    const { arm, size, seed, stage, position, row } = rows[0]!;
    const mean = rows.reduce((sum, { share }) => sum + share, 0) / rows.length;
    const step = window * Math.floor(row.step / window);
    return { arm, size, seed, stage, position, row: { step, [SHARE]: mean } };
  });
  const averaged = window === 1 ? "" : `Each point: mean of ${window} updates.`;
  const note = [averaged, options.note ?? ""].filter((text) => text !== "").join(" ");
  // A share is a share, whatever the stage's reward is.
  return curvePlot(shares, SHARE, { ...options, note, oneScale: true });
}
