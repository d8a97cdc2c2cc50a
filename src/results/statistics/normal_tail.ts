/** @file The standard normal's upper tail. */
import defer * as bundle from "mathjs/bundle";

let erf: ((x: number) => number) | undefined;

/**
 * Probability that a standard normal value exceeds `z`, to an absolute 1e-15: mathjs's error function, since
 * simple-statistics' is good to 1e-7 only. mathjs is loaded by the first call.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(normalTail(1.959963984540054), 0.025, 1e-15);
 * ```
 */
export function normalTail(z: number): number {
  erf ??= (bundle as unknown as { readonly default: typeof import("mathjs") }).default.erf;
  return (1 - erf(z / Math.SQRT2)) / 2;
}
