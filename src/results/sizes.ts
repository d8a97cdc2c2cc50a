/** @file The order of policy sizes. */

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/**
 * Orders policy sizes from small to large: `900k` before `1.5m` before `7b`. A size that does not begin with a number
 * comes after those that do, in alphabetical order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["7b", "1.5m", "large", "900k"].sort(compareSizes), ["900k", "1.5m", "7b", "large"]);
 * ```
 */
export function compareSizes(a: string, b: string): number {
  const [left, right] = [sizeInFigures(a), sizeInFigures(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What a policy size says in figures; infinite where it does not begin with a number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["1.5m", "large"].map(sizeInFigures), [1_500_000, Infinity]);
 * ```
 */
export function sizeInFigures(size: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([kmbt]?)(?![a-z])/i.exec(size) ?? [];
  return digits === undefined ? Infinity : Number(digits) * (UNITS[unit?.toLowerCase() ?? ""] ?? 1);
}
