/** @file How rewards are distributed when a stage begins and when it ends. */
import { InputError } from "../errors.ts";
import type { RolloutRow } from "./outcome.ts";
import { armColors, COLUMN_WIDTH, INK, plotNote, type VegaLiteSpec } from "./plot_theme.ts";

/** Rollouts of one stage. */
export interface RewardSeries {
  /** What the panel is called, e.g. the arm. */
  readonly name: string;
  /** Rows of its `rollouts.jsonl`, of one seed or several. */
  readonly rollouts: readonly Pick<RolloutRow, "step" | "reward">[];
}

/** What the plot needs beside the rows. */
export interface RewardPlotOptions {
  /** What the small print ends with. */
  readonly note?: string;
}

const AXIS = 44;
const HEIGHT = 74;

/** Bins of the widest range: few enough to be seen at the width of a column. */
const BINS = 20;

/** Of a stage's updates, the share that counts as its beginning, and as its end. */
const PART = 0.2;

/**
 * A panel per series, on one axis: the share of rollouts in each of 20 bins of reward, filled for the last fifth of the
 * stage's updates and as a line for the first. Rollouts without a reward are left out, and counted in the small print.
 *
 * @throws {InputError} without a series, and for one in which no rollout has a reward.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rollouts = [0, 1].flatMap((step) => [0.25, 0.5, 1].map((reward) => ({ step, reward })));
 * assertEquals("vconcat" in rewardPlot([{ name: "srl", rollouts }]), true);
 * ```
 */
export function rewardPlot(
  series: readonly RewardSeries[],
  options: RewardPlotOptions = {},
): VegaLiteSpec {
  if (series.length === 0) throw new InputError("reward plot: found no series");
  const known = series.map(({ name, rollouts }) => {
    const scored = rollouts.flatMap(({ step, reward }) =>
      reward === null ? [] : [{ step, reward }]
    );
    if (scored.length > 0) return { name, scored, lost: rollouts.length - scored.length };
    throw new InputError(`reward plot: ${name}: found no rollout with a reward`);
  });
  const rewards = known.flatMap(({ scored }) => scored.map(({ reward }) => reward));
  const low = rewards.reduce((a, b) => Math.min(a, b), 0);
  const high = rewards.reduce((a, b) => Math.max(a, b), 1);
  const width = (high - low) / BINS;
  // Light enough that a dark line is seen on it.
  const after = armColors(["", "", ""])[2]!;
  const panels = known.map(({ name, scored }, index) => {
    const steps = scored.map(({ step }) => step);
    const first = steps.reduce((a, b) => Math.min(a, b));
    const length = steps.reduce((a, b) => Math.max(a, b)) - first;
    const of = (keep: (share: number) => boolean) =>
      scored.filter(({ step }) => keep(length === 0 ? 1 : (step - first) / length));
    const parts = [of((share) => share <= PART), of((share) => share >= 1 - PART)];
    const values = parts.flatMap((rows, phase) => {
      const counts = new Array<number>(BINS).fill(0);
      for (const { reward } of rows) {
        counts[Math.min(BINS - 1, Math.floor((reward - low) / width + 1e-9))]!++;
      }
      return rows.length === 0 ? [] : counts.map((count, bin) => ({
        phase,
        from: low + bin * width,
        to: low + (bin + 1) * width,
        share: 100 * count / rows.length,
      }));
    });
    const x = {
      field: "from",
      type: "quantitative" as const,
      scale: { domain: [low, high], nice: false },
      axis: {
        title: index === known.length - 1 ? "reward" : null,
        tickCount: 6,
        format: "~g",
        grid: false,
      },
    };
    const y = {
      field: "share",
      type: "quantitative" as const,
      axis: { title: "rollouts (%)", tickCount: 3, domain: false, ticks: false, minExtent: 26 },
    };
    // A step line that ends where its last bin does.
    const last = values.filter(({ phase }) => phase === 0).at(-1);
    const line = [
      ...values.filter(({ phase }) => phase === 0),
      ...(last === undefined ? [] : [{ ...last, from: last.to }]),
    ];
    return {
      ...(known.length > 1 ? { title: { text: name, limit: COLUMN_WIDTH - AXIS } } : {}),
      width: COLUMN_WIDTH - AXIS,
      height: HEIGHT,
      layer: [
        {
          data: { values: values.filter(({ phase }) => phase === 1) },
          mark: { type: "bar" as const, color: after },
          encoding: { x, x2: { field: "to" }, y, y2: { datum: 0 } },
        },
        {
          data: { values: line },
          mark: {
            type: "line" as const,
            interpolate: "step-after" as const,
            strokeWidth: 1.6,
            color: INK,
          },
          encoding: { x, y },
        },
      ],
    };
  });
  const lost = known.reduce((sum, row) => sum + row.lost, 0);
  const sentence = `Line: first ${100 * PART} % of a stage's updates; filled: last ${
    100 * PART
  } %.`;
  const failed = lost === 0 ? "" : `${lost} rollouts have no reward and are left out.`;
  return {
    title: plotNote([sentence, failed, options.note ?? ""], COLUMN_WIDTH),
    spacing: 10,
    vconcat: panels,
  };
}
