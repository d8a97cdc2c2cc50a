/** @file The interval of a score over other seeds, other problems and other samples at once. */
import { quantileSorted } from "simple-statistics";
import { type Interval, LEVEL, wilsonInterval } from "../interval.ts";
import { bootstrap, type BootstrapOptions } from "./bootstrap.ts";
import type { ScoreGrid } from "./score_grid.ts";

/** A smaller standard error of fractions is none. */
const ROUNDING = 1e-12;

/**
 * The mean of a grid and its 95 % interval by hierarchical bootstrap: what other training seeds, other problems of the
 * benchmark's kind and other samples would give. With one seed it says nothing about other seeds. Ends are within 0 and 1.
 *
 * Where no problem differs from another, so that there is no spread to resample, or where there is one problem, it is
 * Wilson's over problems.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const problems = ["p1", "p2", "p3", "p4"];
 * const scores = [[0, 0.5, 1, 1], [0.25, 0.5, 1, 0.75]];
 * const { mean, low, high, over } = hierarchicalInterval({ seeds: [0, 1], problems, scores });
 * assertEquals([mean, low < mean, high > mean, over], [0.625, true, true, "seeds and problems"]);
 * ```
 */
export function hierarchicalInterval(
  { scores, seeds, problems }: ScoreGrid,
  options: BootstrapOptions = {},
): Interval {
  const flat = scores.flat();
  const mean = flat.reduce((sum, score) => sum + score, 0) / flat.length;
  const found = problems.length < 2 ? null : bootstrap([[1, scores]], options);
  if (found === null || found.error < ROUNDING) {
    return { mean, ...wilsonInterval(mean, problems.length), over: "problems" };
  }
  const tail = (1 - LEVEL) / 2;
  const reach = (probability: number) =>
    Math.min(1, Math.max(0, quantileSorted([...found.draws], probability)));
  const over = seeds.length > 1 ? "seeds and problems" : "problems";
  return { mean, low: reach(tail), high: reach(1 - tail), over };
}
