/** @file pass@k for every k: what more samples are worth. */
import { InputError } from "../../errors.ts";
import type { Interval } from "../interval.ts";
import type { Outcome } from "../outcome.ts";
import { scoreProblems } from "../scores.ts";
import { compareSizes } from "../sizes.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { hierarchicalInterval } from "./hierarchical_interval.ts";
import { scoreGrid } from "./score_grid.ts";

/** One point of a curve; fractions. */
export interface PassAtKPoint extends Interval {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Samples that one of which has to be right. */
  readonly k: number;
}

/**
 * Unbiased pass@k of every arm and size on one benchmark, each with its hierarchical interval: for k = 1, 2, 4, … and the
 * number of samples that there are.
 *
 * @param outcomes Of which the benchmark's sampled ones count.
 * @throws {InputError} without sampled outcomes of the benchmark, and as `scoreProblems` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { arm: "srl", size: "1m", seed: 0, benchmark: "hard", problem: "p1", extracted: "7" };
 * const rest = { expected: "7", completion: "7", tokens: 1, truncated: false, decoding: "sampled" } as const;
 * const outcomes = [true, false, false].map((correct, sample) => ({ ...shared, ...rest, sample, correct }));
 * const points = passAtKCurve(outcomes, "hard");
 * assertEquals(points.map(({ k, mean }) => [k, mean.toFixed(3)]), [[1, "0.333"], [2, "0.667"], [3, "1.000"]]);
 * ```
 */
export function passAtKCurve(
  outcomes: readonly Outcome[],
  benchmark: string,
  options: BootstrapOptions = {},
): PassAtKPoint[] {
  const own = outcomes.filter((o) => o.benchmark === benchmark && o.decoding === "sampled");
  const samples = own.reduce((most, { sample }) => Math.max(most, sample + 1), 0);
  if (samples === 0) {
    throw new InputError(`pass@k: found no sampled outcomes of ${JSON.stringify(benchmark)}`);
  }
  const ks = [
    ...Array.from({ length: Math.ceil(Math.log2(samples)) }, (_, power) => 2 ** power),
    samples,
  ];
  const arms = [...new Set(own.map(({ arm }) => arm))];
  const points = ks.flatMap((k) => {
    const metric = `pass@${k}` as const;
    const scores = scoreProblems(own, [{ benchmark, metric, k, label: `${benchmark} ${metric}` }]);
    const cells = Map.groupBy(scores, ({ arm, size }) => JSON.stringify([arm, size]));
    return [...cells.values()].map((rows): PassAtKPoint => {
      const { arm, size } = rows[0]!;
      return { arm, size, k, ...hierarchicalInterval(scoreGrid(rows), options) };
    });
  });
  return points.sort((a, b) =>
    compareSizes(a.size, b.size) || arms.indexOf(a.arm) - arms.indexOf(b.arm) || a.k - b.k
  );
}
