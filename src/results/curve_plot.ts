/** @file Learning curves over updates. */
import { type CurvePoint, curvePoints } from "./curve_points.ts";
import type { CellMetric } from "./outcome.ts";
import {
  armColors,
  armDashes,
  COLUMN_WIDTH,
  plotNote,
  topLegend,
  type VegaLiteSpec,
} from "./plot_theme.ts";

/** What a plot of curves needs beside the rows. */
export interface CurvePlotOptions {
  /** Arms, in the declared order, which decides colours and the legend. Default: as the rows come. */
  readonly arms?: readonly string[];
  /**
   * Whether the metric measures the same thing in every kind of stage, so that all arms share one panel. Default false: a
   * panel for each kind of stage, since the reward of `srl` is a similarity and that of `rlvr` an answer.
   */
  readonly oneScale?: boolean;
  /** What the small print ends with. */
  readonly note?: string;
}

/** Room for the vertical axis. */
const AXIS = 48;
const SPACING = 12;

/** Height of a panel, of several and alone. */
const HEIGHT = { several: 100, alone: 160 } as const;

type Panel = Extract<VegaLiteSpec, { vconcat: unknown }>["vconcat"][number];

/**
 * One curve per arm: the mean over seeds, with a band from the lowest to the highest seed. Updates are counted from the
 * beginning of an arm's chain: the curve of `srl → rlvr` goes on, after a dot, where its `srl` stage ended. A stage that
 * arms share is drawn once, for the first of them. Policy sizes stand beside each other.
 *
 * @param metrics Rows of every arm, size, seed and stage.
 * @param metric The metric's name, e.g. `reward`.
 * @returns The plot; null where no row has the metric.
 * @throws {InputError} as `curvePoints` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = { step: 1, reward: 0.5, loss: null };
 * const metrics = [{ arm: "srl", size: "1m", seed: 0, stage: "srl", position: 0, row }];
 * assertEquals(curvePlot(metrics, "loss"), null);
 * assertEquals("vconcat" in curvePlot(metrics, "reward")!, true);
 * ```
 */
export function curvePlot(
  metrics: readonly CellMetric[],
  metric: string,
  options: CurvePlotOptions = {},
): VegaLiteSpec | null {
  const { arms = [...new Set(metrics.map(({ arm }) => arm))], oneScale = false, note = "" } =
    options;
  const all = curvePoints(metrics, metric, arms);
  if (all.length === 0) return null;
  const sizes = [...new Set(all.map(({ size }) => size))];
  const groups = oneScale ? [null] : stagesInOrder(all);
  const several = sizes.length > 1;
  const shared = {
    metric,
    arms,
    shown: arms.filter((arm) => all.some((point) => point.arm === arm)),
    last: Math.max(...all.map(({ update }) => update)),
    width: several ? (COLUMN_WIDTH - AXIS) / 2 : COLUMN_WIDTH - AXIS,
    height: groups.length > 1 ? HEIGHT.several : HEIGHT.alone,
  };
  const rows = groups.map((stage) => {
    const ofRow = all.filter((point) => stage === null || point.stage === stage);
    // Sizes beside each other are there to be compared: on one scale.
    const [low, high] = [
      Math.min(...ofRow.map((p) => p.low)),
      Math.max(...ofRow.map((p) => p.high)),
    ];
    // An axis without a range would have a single tick with as many digits as a double has.
    const room = high > low ? 0 : Math.abs(high) / 10 || 1;
    // Below 0 only where something is: most metrics are shares.
    const range = { low: low === 0 ? 0 : low - room, high: high + room };
    return sizes.map((size) =>
      panel({
        ...shared,
        ...range,
        title: [...(stage === null ? [] : [`${stage} stage`]), ...(several ? [size] : [])].join(
          ", ",
        ),
        bottom: stage === groups.at(-1),
        left: size === sizes[0],
        points: ofRow.filter((point) => point.size === size),
      })
    );
  });
  const seeds = Math.max(...all.map((point) => point.seeds));
  const sentences = [
    seeds > 1 ? `Line: mean of ${seeds} seeds; band: lowest to highest seed.` : "One seed.",
    all.some(({ position }) => position > 0) ? "Dot: goes on from the stage before." : "",
    note,
  ];
  return {
    title: plotNote(sentences, COLUMN_WIDTH),
    spacing: SPACING,
    vconcat: rows.map((row) => ({ spacing: SPACING, bounds: "flush", hconcat: row })),
  };
}

/** Kinds of stage, those that come last in some chain last. */
function stagesInOrder(points: readonly CurvePoint[]): string[] {
  const latest = new Map<string, number>();
  for (const { stage, position } of points) {
    latest.set(stage, Math.max(latest.get(stage) ?? 0, position));
  }
  return [...latest].sort(([, a], [, b]) => a - b).map(([stage]) => stage);
}

interface PanelFrame {
  readonly title: string;
  readonly metric: string;
  readonly arms: readonly string[];
  /** Arms with a curve in any panel: the legend is one for all. */
  readonly shown: readonly string[];
  /** The last update in any panel. */
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly bottom: boolean;
  readonly left: boolean;
  readonly points: readonly CurvePoint[];
  readonly width: number;
  readonly height: number;
}

function panel(frame: PanelFrame): Panel {
  const { metric, arms, shown, last, low, high, bottom, left, points } = frame;
  const x = {
    field: "update",
    type: "quantitative" as const,
    scale: { domain: [0, last], nice: false },
    axis: { title: bottom ? "updates" : null, grid: false, tickCount: 6, format: "d" },
  };
  const y = {
    type: "quantitative" as const,
    scale: { domain: [low, high], nice: 4 },
    axis: {
      title: left ? metric : null,
      // Hidden labels keep their room above the panel: the titles of a row stand on one line.
      labelOpacity: left ? 1 : 0,
      tickCount: 4,
      domain: false,
      ticks: false,
      // The titles of panels below each other stand under each other.
      minExtent: left ? 30 : 0,
    },
  };
  const colors = armColors(arms);
  const byArm = {
    field: "arm",
    type: "nominal" as const,
    sort: null,
    legend: topLegend(shown),
  };
  const stroke = { ...byArm, scale: { domain: [...arms], range: colors } };
  const strokeDash = { ...byArm, scale: { domain: [...arms], range: armDashes(arms) } };
  // Bands and dots name their colours themselves: a second scale of the arms would fight over the legend.
  const fill = { field: "color", type: "nominal" as const, scale: null };
  const values = points.map((point) => ({ ...point, color: colors[arms.indexOf(point.arm)]! }));
  // Where an arm's later stage begins.
  const joints = values.filter((point, index) => {
    const before = values[index - 1];
    return point.position > 0 && (before?.arm !== point.arm || before.position !== point.position);
  });
  return {
    ...(frame.title === "" ? {} : { title: frame.title }),
    width: frame.width,
    height: frame.height,
    data: { values },
    encoding: { x, detail: { field: "position" } },
    layer: [
      {
        mark: { type: "area", opacity: 0.22 },
        encoding: {
          y: { ...y, field: "low" },
          y2: { field: "high" },
          fill,
        },
      },
      {
        mark: { type: "line", strokeWidth: 1.6 },
        encoding: { y: { ...y, field: "mean" }, stroke, strokeDash },
      },
      {
        data: { values: joints },
        mark: { type: "circle", size: 28, opacity: 1 },
        encoding: { y: { ...y, field: "mean" }, fill },
      },
    ],
  };
}
