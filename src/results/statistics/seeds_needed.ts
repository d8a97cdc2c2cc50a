/** @file How many seeds show a difference of a given size. */
import { gammaln } from "simple-statistics";
import { InputError } from "../../errors.ts";
import { studentT } from "../student_t.ts";
import { normalTail } from "./normal_tail.ts";

/** What is to be seen, and how surely. */
export interface SeedsNeededOptions {
  /** The difference of the arms' means that is to be seen, in the scores' unit. */
  readonly difference: number;
  /** Standard deviation of one arm's score between seeds, in the same unit, as estimated from seeds that there are. */
  readonly deviation: number;
  /** Chance of seeing it. Default 0.8. */
  readonly power?: number;
  /** Chance of seeing a difference that is not there. Default 0.05. */
  readonly alpha?: number;
}

/** More seeds than this are not an answer. */
const MOST = 10_000;

/**
 * Seeds for each of two arms so that a two-sided t-test of their scores sees a difference with the power asked for (Cohen
 * 1988, §2.4; from the noncentral t distribution, not its normal approximation, which asks for too few where few do).
 *
 * @returns A whole number from 2.
 * @throws {InputError} for a difference or a deviation that is not positive, a power or an alpha outside 0 to 1, and where
 * 10,000 seeds would not do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seedsNeeded({ difference: 0.05, deviation: 0.03 }), 7);
 * ```
 */
export function seedsNeeded(options: SeedsNeededOptions): number {
  const { difference, deviation, power = 0.8, alpha = 0.05 } = options;
  for (
    const [name, value, most] of [
      ["difference", Math.abs(difference), Infinity],
      ["deviation", deviation, Infinity],
      ["power", power, 1],
      ["alpha", alpha, 1],
    ] as const
  ) {
    if (value > 0 && value < most) continue;
    const expected = most === 1 ? "a number between 0 and 1" : "a positive number";
    throw new InputError(`seeds needed: ${name}: found ${value}, expected ${expected}`);
  }
  const effect = Math.abs(difference) / deviation;
  const enough = (seeds: number) => twoSamplePower(effect, seeds, alpha) >= power;
  if (!enough(MOST)) {
    throw new InputError(`seeds needed: more than ${MOST} for ${difference} at ${deviation}`);
  }
  let [low, high] = [1, MOST];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Chance that a two-sided two-sample t-test sees an effect.
 *
 * @param effect Difference of the means in standard deviations, from 0.
 * @param n Values in each sample, from 2.
 * @param alpha Between 0 and 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(twoSamplePower(0, 5, 0.05), 0.05, 1e-9);
 * ```
 */
export function twoSamplePower(effect: number, n: number, alpha: number): number {
  const df = 2 * n - 2;
  const shift = effect * Math.sqrt(n / 2);
  const critical = studentT(df, 1 - alpha);
  // Over u, the sample's standard deviation in units of the true one, which is √(χ²/df): the test sees the effect where
  // the normal difference passes critical · u.
  const scale = Math.log(2) + df / 2 * Math.log(df / 2) - gammaln(df / 2);
  const density = (u: number) =>
    u === 0 ? Number(df === 1) : Math.exp(scale + (df - 1) * Math.log(u) - df / 2 * u * u);
  const seen = (u: number) => normalTail(critical * u - shift) + normalTail(critical * u + shift);
  const reach = 10 / Math.sqrt(2 * df);
  const [from, to] = [Math.max(0, 1 - reach), 1 + reach];
  const width = (to - from) / INTERVALS;
  let sum = 0;
  for (let i = 0; i <= INTERVALS; i++) {
    const u = from + i * width;
    const weight = i === 0 || i === INTERVALS ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * density(u) * seen(u);
  }
  return sum * width / 3;
}

/** Intervals of Simpson's rule. */
const INTERVALS = 2000;
