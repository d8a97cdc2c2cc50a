/** @file Learning-rate schedules. */

/** How the learning rate changes after warm-up. */
export type ScheduleKind = "constant" | "linear" | "cosine";

/** Settings of {@link learningRateAt}. */
export interface Schedule {
  /** Course after warm-up: stay, fall in a line to 0, or fall along half a cosine to 0. */
  readonly kind: ScheduleKind;
  /** Rate at the end of warm-up. */
  readonly peak: number;
  /** Share of the updates (0 to 1) in which the rate rises in a line from 0 to the peak. */
  readonly warmup: number;
  /** Updates in all. */
  readonly updates: number;
}

/**
 * Learning rate of update `index` (from 0), as `transformers`' schedulers of the same names give it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const schedule: Schedule = { kind: "linear", peak: 1, warmup: 0.5, updates: 4 };
 * assertEquals([0, 1, 2, 3].map((i) => learningRateAt(schedule, i)), [0, 0.5, 1, 0.5]);
 * ```
 */
export function learningRateAt(schedule: Schedule, index: number): number {
  const { kind, peak, warmup, updates } = schedule;
  const rising = Math.ceil(warmup * updates);
  if (index < rising) return peak * index / Math.max(1, rising);
  if (kind === "constant") return peak;
  const progress = (index - rising) / Math.max(1, updates - rising);
  if (kind === "linear") return peak * Math.max(0, 1 - progress);
  return peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
}
