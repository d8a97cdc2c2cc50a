/** @file From stages' metric rows to the points of learning curves. */
import { InputError } from "../errors.ts";
import type { CellMetric } from "./outcome.ts";
import { compareSizes } from "./sizes.ts";

/** One point of a curve: a metric after so many updates, over the seeds that have it there. */
export interface CurvePoint {
  /** Arm that the curve is drawn for: of the arms that share the stage, the first. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Stage kind. */
  readonly stage: string;
  /** Position of the stage in the arm's chain, from 0. */
  readonly position: number;
  /** Updates of the whole chain up to here: a stage begins where the one before it ended. */
  readonly update: number;
  /** Mean over seeds. */
  readonly mean: number;
  /** Lowest seed. */
  readonly low: number;
  /** Highest seed. */
  readonly high: number;
  /** Seeds that have the metric here. */
  readonly seeds: number;
}

/**
 * The curves of one metric. A stage that several arms share, and whose rows are thus the same under each, is drawn once,
 * for the first of them in the declared order; a later arm's curve begins with the stage that is its own.
 *
 * @param metrics Rows of every arm, size, seed and stage, in any order.
 * @param metric The metric's name; a row without it, or with null, gives no point.
 * @param arms Arms in the declared order.
 * @returns Points by arm, size, position and update.
 * @throws {InputError} for rows of an arm that is not declared, and for two rows of one seed and stage at one step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const at = (arm: string, stage: string, position: number, step: number, reward: number) => (
 *   { arm, size: "1m", seed: 0, stage, position, row: { step, reward } }
 * );
 * const shared = [at("srl", "srl", 0, 10, 0.4), at("srl → rlvr", "srl", 0, 10, 0.4)];
 * const points = curvePoints([...shared, at("srl → rlvr", "rlvr", 1, 5, 0.1)], "reward", ["srl", "srl → rlvr"]);
 * assertEquals(points.map(({ arm, update, mean }) => [arm, update, mean]), [
 *   ["srl", 10, 0.4],
 *   ["srl → rlvr", 15, 0.1],
 * ]);
 * ```
 */
export function curvePoints(
  metrics: readonly CellMetric[],
  metric: string,
  arms: readonly string[],
): CurvePoint[] {
  const stray = metrics.find(({ arm }) => !arms.includes(arm));
  if (stray) throw new InputError(`metrics: found arm ${JSON.stringify(stray.arm)}, not declared`);
  const drawn = new Set<string>();
  return arms.flatMap((arm) => {
    const bySize = Map.groupBy(metrics.filter((row) => row.arm === arm), ({ size }) => size);
    return [...bySize].sort(([a], [b]) => compareSizes(a, b)).flatMap(([size, rows]) => {
      const stages = [...Map.groupBy(rows, ({ position }) => position)].sort(([a], [b]) => a - b);
      let start = 0;
      let chain = size;
      return stages.flatMap(([position, stageRows]) => {
        const offset = start;
        start += Math.max(...stageRows.map(({ row }) => row.step));
        const sorted = inOrder(stageRows);
        // What the stages before it were decides whether a stage is the same one, too.
        chain = JSON.stringify([chain, sorted.map(({ seed, stage, row }) => [seed, stage, row])]);
        if (drawn.has(chain)) return [];
        drawn.add(chain);
        const frame = { arm, size, stage: stageRows[0]!.stage, position };
        return points(sorted, metric).map(({ step, ...rest }) => ({
          ...frame,
          update: offset + step,
          ...rest,
        }));
      });
    });
  });
}

/** Rows by seed and step. */
function inOrder(rows: readonly CellMetric[]): CellMetric[] {
  const sorted = [...rows].sort((a, b) => a.seed - b.seed || a.row.step - b.row.step);
  sorted.forEach(({ arm, size, seed, stage, row }, index) => {
    const before = sorted[index - 1];
    if (before?.seed !== seed || before.row.step !== row.step) return;
    throw new InputError(
      `metrics of arm ${JSON.stringify(arm)}, size ${JSON.stringify(size)}, seed ${seed}, ` +
        `stage ${stage}: found two rows for step ${row.step}, expected one`,
    );
  });
  return sorted;
}

/** The metric's mean and range at every step where some seed has it. */
function points(rows: readonly CellMetric[], metric: string) {
  return [...Map.groupBy(rows, ({ row }) => row.step)].flatMap(([step, here]) => {
    const values = here.flatMap(({ row }) => row[metric] ?? []);
    if (values.length === 0) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [{
      step,
      mean,
      low: Math.min(...values),
      high: Math.max(...values),
      seeds: values.length,
    }];
  }).sort((a, b) => a.step - b.step);
}
