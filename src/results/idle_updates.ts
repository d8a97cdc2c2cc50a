/** @file What must be said of a stage that had little to learn from. */
import type { CellMetric } from "./outcome.ts";

/** From this share of a stage's updates on, a reader of its scores must know that they changed nothing. */
const NOTABLE = 0.5;

/**
 * A sentence for each stage in at least half of whose updates dynamic sampling dropped every group, so that nothing was
 * trained on. Its policy is nearly or wholly the one that it started from.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { arm: "rlvr", size: "1m", seed: 2, stage: "rlvr", position: 0 };
 * const metrics = [0, 0, 3].map((kept, step) => ({ ...cell, row: { step, kept } }));
 * assertEquals(idleUpdates(metrics), [
 *   "rlvr, size 1m, seed 2: every group was dropped in 2 of 3 updates of stage rlvr.",
 * ]);
 * ```
 */
export function idleUpdates(metrics: readonly CellMetric[]): string[] {
  const stages = new Map<string, { first: CellMetric; idle: number; all: number }>();
  for (const metric of metrics) {
    const kept = metric.row["kept"];
    if (typeof kept !== "number") continue;
    const { arm, size, seed, position } = metric;
    const key = JSON.stringify([arm, size, seed, position]);
    const known = stages.get(key) ?? { first: metric, idle: 0, all: 0 };
    stages.set(key, {
      ...known,
      idle: known.idle + Number(kept === 0),
      all: known.all + 1,
    });
  }
  return [...stages.values()].filter(({ idle, all }) => idle >= NOTABLE * all).map(
    ({ first: { arm, size, seed, stage }, idle, all }) =>
      `${arm}, size ${size}, seed ${seed}: every group was dropped in ${idle} of ${all} updates of stage ${stage}.`,
  );
}
