/** @file The hierarchical bootstrap of a mean, or of the difference of two, over seeds × problems × samples. */
import { Rng } from "../../random/rng.ts";
import { partsOf } from "./variance.ts";

/** How many replicates, of which stream. */
export interface BootstrapOptions {
  /** Replicates. Default 2000: an interval's ends then move by about a fiftieth of its width from stream to stream. */
  readonly replicates?: number;
  /** Picks the random stream: equal input and seed give equal output. Default 0. */
  readonly seed?: number;
}

/** A bootstrapped estimate. */
export interface Bootstrap {
  /** The mean, or the difference of the means. */
  readonly estimate: number;
  /** Its standard error over other seeds, problems and samples. */
  readonly error: number;
  /**
   * What the true value may be, ascending: quantiles are an interval's ends. Infinite where the problems that a
   * replicate drew are all alike, which bounds nothing.
   */
  readonly draws: readonly number[];
}

/** A grid, and whether its mean is added or taken away. */
export type SignedGrid = readonly [sign: 1 | -1, scores: readonly (readonly number[])[]];

/** Replicates where none are asked for. */
const REPLICATES = 2000;

/** A smaller variance of fractions is rounding. */
const NOTHING = 1e-24;

/**
 * Bootstraps the sum of signed means of grids that have the same problems.
 *
 * A problem is drawn with everything that belongs to it: its scores in every arm and seed, so that pairs stay pairs, and
 * the noise of its samples, which is thus counted once. Each replicate is divided by its own standard error (bootstrap-t,
 * Davison & Hinkley 1997, §5.2). What other seeds would do to each arm's mean is added as Student's t on `seeds − 1`
 * degrees of freedom times the standard error between seeds (the generalised pivot of a sum, Weerahandi 1993): of the 2
 * to 5 seeds that are usual no resampling can leave their range, and intervals made so are far too narrow.
 *
 * @param grids `scores[seed][problem]` and the sign of each: `[[1, a]]` for a mean, `[[1, a], [-1, b]]` for a
 * difference.
 * @throws {RangeError} for grids of different or fewer than two problems, and without replicates.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { estimate, error } = bootstrap([[1, [[0, 1, 1, 0]]]]);
 * assertAlmostEquals(estimate, 0.5, 1e-15);
 * assertAlmostEquals(error, Math.sqrt(1 / 3 / 4), 1e-15);
 * ```
 */
export function bootstrap(
  grids: readonly SignedGrid[],
  options: BootstrapOptions = {},
): Bootstrap {
  const { replicates = REPLICATES, seed = 0 } = options;
  const problems = grids[0]?.[1][0]?.length ?? 0;
  if (problems < 2 || grids.some(([, scores]) => scores.some((row) => row.length !== problems))) {
    throw new RangeError("bootstrap: expected grids of the same problems, two at least");
  }
  if (!(replicates >= 1)) throw new RangeError(`bootstrap: found ${replicates} replicates`);
  const arms = grids.map(([sign, scores]) => {
    const parts = partsOf(scores);
    return { ...parts, sign, df: scores.length - 1, between: parts.seedVariance / scores.length };
  });
  const effects = Array.from(
    { length: problems },
    (_, p) =>
      arms.reduce((total, { sign, problemEffects }) => total + sign * problemEffects[p]!, 0),
  );
  const estimate = arms.reduce((total, { sign, mean }) => total + sign * mean, 0);
  const ofProblems = effects.reduce((total, effect) => total + effect * effect, 0);
  const within = Math.sqrt(ofProblems / ((problems - 1) * problems));
  const error = Math.sqrt(within ** 2 + arms.reduce((total, { between }) => total + between, 0));
  const rng = new Rng("bootstrap", seed);
  const draws = Array.from({ length: replicates }, () => {
    let draw = estimate;
    if (within * within > NOTHING) draw -= within * studentised(effects, within, rng);
    for (const { between, df } of arms) {
      if (between > NOTHING) draw -= Math.sqrt(between) * drawStudentT(df, rng);
    }
    return draw;
  });
  return { estimate, error, draws: draws.sort((a, b) => a - b) };
}

/**
 * Least standard error of problems drawn again, in that of the problems themselves. Where one problem of many differs from the
 * others, every third draw lacks it and has no spread at all, by which nothing can be divided. With this the end on that side is
 * near Wilson's: 1 of 12, 20 and 100 solved has 0.36, 0.22 and 0.043, Wilson 0.35, 0.24 and 0.054.
 */
const LEAST_ERROR = 0.3;

/** The mean of as many effects drawn again, over its standard error, which is not taken below {@link LEAST_ERROR} of `error`. */
function studentised(effects: readonly number[], error: number, rng: Rng): number {
  const { length } = effects;
  let [total, squares] = [0, 0];
  for (let i = 0; i < length; i++) {
    const effect = effects[rng.integer(length)]!;
    total += effect;
    squares += effect * effect;
  }
  const variance = (squares - total * total / length) / ((length - 1) * length);
  return total / length / Math.max(Math.sqrt(Math.max(0, variance)), LEAST_ERROR * error);
}

function drawStudentT(df: number, rng: Rng): number {
  let squares = 0;
  for (let i = 0; i < df; i++) squares += rng.normal() ** 2;
  return rng.normal() / Math.sqrt(squares / df);
}
