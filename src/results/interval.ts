/** @file A score with its 95 % interval: over training seeds where they differ, over problems otherwise. */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { studentT } from "./student_t.ts";

/** Coverage of every interval that is reported. */
export const LEVEL = 0.95;

/** The standard normal's 97.5 % point. */
const Z = 1.959963984540054;

/** Seeds' scores nearer to each other than this differ by rounding only. */
const SAME = 1e-12;

/** A mean and an interval around it, as fractions. */
export interface Interval {
  /** Mean of the seeds' scores. */
  readonly mean: number;
  /** Lower end. An interval over seeds may reach below 0. */
  readonly low: number;
  /** Upper end. An interval over seeds may reach above 1. */
  readonly high: number;
  /** What the interval speaks about: other training seeds, other problems for these seeds, or both. */
  readonly over: "seeds" | "problems" | "seeds and problems";
}

/**
 * The mean of the seeds' scores and its 95 % interval.
 *
 * With two seeds or more it is Student's t over the seeds' scores: with the 2 to 5 seeds that are usual a percentile
 * bootstrap over seeds is far too narrow (of 3 seeds it cannot leave their range). Where there is no spread to estimate
 * from, one seed or all alike, it is Wilson's score interval over problems, which stays open at 0 and 1, where a
 * bootstrap closes. Wilson's takes a problem's score for a yes or no, which is the widest that a score between can
 * vary: for avg@k it errs on the wide side.
 *
 * @param scores One score per seed, as fractions; at least one.
 * @param problems Problems that each score is the mean of.
 * @throws {RangeError} without scores or problems.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const seeds = scoreInterval([0.6, 0.5, 0.7], 100);
 * assertEquals(seeds.over, "seeds");
 * assertAlmostEquals(seeds.high - seeds.mean, 0.2484, 1e-4);
 *
 * const one = scoreInterval([0], 100);
 * assertEquals([one.over, one.low], ["problems", 0]);
 * assertAlmostEquals(one.high, 0.037, 1e-4);
 * ```
 */
export function scoreInterval(scores: readonly number[], problems: number): Interval {
  if (scores.length === 0 || problems < 1) throw new RangeError("no scores to take an interval of");
  const values = [...scores];
  const centre = mean(values);
  if (Math.max(...values) - Math.min(...values) > SAME) {
    const error = sampleStandardDeviation(values) / Math.sqrt(values.length);
    const half = studentT(values.length - 1, LEVEL) * error;
    return { mean: centre, low: centre - half, high: centre + half, over: "seeds" };
  }
  return { mean: centre, ...wilsonInterval(centre, problems), over: "problems" };
}

/**
 * Wilson's 95 % score interval of a proportion (Wilson 1927), without continuity correction.
 *
 * @param p The proportion, from 0 to 1.
 * @param n What it is a proportion of, at least 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(wilsonInterval(0, 100).high, 0.037, 1e-4);
 * ```
 */
export function wilsonInterval(p: number, n: number): { low: number; high: number } {
  const scale = 1 + Z * Z / n;
  const centre = (p + Z * Z / (2 * n)) / scale;
  const half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / scale;
  // At p = 0 and p = 1 an end equals p exactly; rounding must not put it on the other side.
  return { low: Math.min(p, Math.max(0, centre - half)), high: Math.max(p, centre + half) };
}
