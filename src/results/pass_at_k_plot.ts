/** @file pass@k over k. */
import { InputError } from "../errors.ts";
import {
  armColors,
  armDashes,
  COLUMN_WIDTH,
  plotNote,
  topLegend,
  type VegaLiteSpec,
} from "./plot_theme.ts";
import type { PassAtKPoint } from "./statistics/pass_at_k_curve.ts";

/** What the plot needs beside the points. */
export interface PassAtKPlotOptions {
  /** Arms, in the declared order, which decides colours and the legend. Default: as the points come. */
  readonly arms?: readonly string[];
  /** The benchmark's name, for the small print. */
  readonly benchmark: string;
  /** What the small print ends with. */
  readonly note?: string;
}

/** Room for the vertical axis. */
const AXIS = 48;
const SPACING = 12;
const HEIGHT = 150;

/**
 * A curve per arm with the band of its interval, k on a logarithmic axis; policy sizes below each other.
 *
 * @param points As `passAtKCurve` makes them.
 * @throws {InputError} without points.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const at = (k: number, mean: number) => (
 *   { arm: "srl", size: "1m", k, mean, low: mean - 0.1, high: mean + 0.1, over: "problems" } as const
 * );
 * const spec = passAtKPlot([at(1, 0.3), at(2, 0.4), at(4, 0.6)], { benchmark: "hard" });
 * assertEquals("vconcat" in spec, true);
 * ```
 */
export function passAtKPlot(
  points: readonly PassAtKPoint[],
  options: PassAtKPlotOptions,
): VegaLiteSpec {
  if (points.length === 0) throw new InputError("pass@k plot: found no points");
  const { arms = [...new Set(points.map(({ arm }) => arm))], benchmark, note = "" } = options;
  const sizes = [...new Set(points.map(({ size }) => size))];
  const shown = arms.filter((arm) => points.some((point) => point.arm === arm));
  const ks = [...new Set(points.map(({ k }) => k))].sort((a, b) => a - b);
  const seeds = points.some(({ over }) => over === "seeds and problems");
  const colors = armColors(arms);
  const panel = (size: string) => {
    const values = points.filter((point) => point.size === size).map((point) => ({
      arm: point.arm,
      k: point.k,
      mean: 100 * point.mean,
      low: 100 * point.low,
      high: 100 * point.high,
      color: colors[arms.indexOf(point.arm)]!,
    }));
    const x = {
      field: "k",
      type: "quantitative" as const,
      scale: { type: "log" as const, base: 2, domain: [ks[0]!, ks.at(-1)!], nice: false },
      axis: {
        title: size === sizes.at(-1) ? "k (samples per problem)" : null,
        // A last k that is no power of two would stand on its neighbour.
        values: ks.filter((k, i) => i === ks.length - 1 || ks.at(-1)! / k > 1.3),
        format: "d",
        grid: false,
      },
    };
    const y = {
      type: "quantitative" as const,
      scale: { domain: [0, Math.max(...points.map(({ high }) => 100 * high))], nice: 4 },
      axis: { title: "pass@k (%)", tickCount: 4, domain: false, ticks: false, minExtent: 30 },
    };
    const byArm = { field: "arm", type: "nominal" as const, sort: null, legend: topLegend(shown) };
    const stroke = { ...byArm, scale: { domain: [...arms], range: colors } };
    const strokeDash = { ...byArm, scale: { domain: [...arms], range: armDashes(arms) } };
    return {
      ...(sizes.length > 1 ? { title: size } : {}),
      width: COLUMN_WIDTH - AXIS,
      height: HEIGHT,
      data: { values },
      encoding: { x },
      layer: [
        {
          mark: { type: "area" as const, opacity: 0.18 },
          encoding: {
            y: { ...y, field: "low" },
            y2: { field: "high" },
            fill: { field: "color", type: "nominal" as const, scale: null },
          },
        },
        {
          mark: { type: "line" as const, strokeWidth: 1.6 },
          encoding: { y: { ...y, field: "mean" }, stroke, strokeDash },
        },
      ],
    };
  };
  const band = `Band: 95 % bootstrap interval over ${seeds ? "seeds and problems" : "problems"}.`;
  return {
    title: plotNote([`${benchmark}, unbiased.`, band, note], COLUMN_WIDTH),
    spacing: SPACING,
    vconcat: sizes.map(panel),
  };
}
