/** @file Exact arithmetic on fractions of integers, bounded so that no input can make it slow. */

/** A fraction in lowest terms; the denominator is positive. */
export interface Rational {
  /** Numerator. */
  readonly n: bigint;
  /** Denominator, at least 1. */
  readonly d: bigint;
}

/**
 * Results with more bits than this in numerator or denominator are not computed (null): `9^9^9` would take gigabytes.
 * 8,192 bits are 2,466 decimal digits, far beyond any answer that is written out.
 */
export const MAX_BITS = 8192;

/** Bits of a non-negative integer, to the next four. */
function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4;
}

/**
 * `n / d` in lowest terms; null where `d` is 0 or the numbers are too long.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rational(6n, -8n), { n: -3n, d: 4n });
 * ```
 */
export function rational(n: bigint, d = 1n): Rational | null {
  if (d === 0n || bits(n) > 4 * MAX_BITS || bits(d) > 4 * MAX_BITS) return null;
  let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  while (b !== 0n) [a, b] = [b, a % b];
  const sign = d < 0n ? -1n : 1n;
  const [top, bottom] = [sign * n / a, sign * d / a];
  return bits(top) > MAX_BITS || bits(bottom) > MAX_BITS ? null : { n: top, d: bottom };
}

/** Sum. */
export function add(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.d + b.n * a.d, a.d * b.d);
}

/** Negative. */
export function negate(a: Rational): Rational {
  return { n: -a.n, d: a.d };
}

/** Product. */
export function multiply(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.n, a.d * b.d);
}

/** Quotient; null where `b` is 0. */
export function divide(a: Rational, b: Rational): Rational | null {
  return rational(a.n * b.d, a.d * b.n);
}

/** Integer power; null where the exponent is no integer, the result too long, or 0 is raised to a negative one. */
export function power(base: Rational, exponent: Rational): Rational | null {
  if (exponent.d !== 1n) return null;
  const size = exponent.n < 0n ? -exponent.n : exponent.n;
  const one = base.d === 1n && (base.n === 1n || base.n === -1n || base.n === 0n);
  if (!one && size > BigInt(MAX_BITS)) return null;
  // 0 and ±1 depend on the exponent's parity alone.
  const steps = one && size > 2n ? 2n + size % 2n : size;
  if (Math.max(bits(base.n) - 4, bits(base.d) - 4) * Number(steps) > MAX_BITS) return null;
  const [n, d] = [base.n ** steps, base.d ** steps];
  return exponent.n < 0n ? rational(d, n) : rational(n, d);
}

/** Factorial of a non-negative integer; null for others and for results that are too long. */
export function factorial(a: Rational): Rational | null {
  if (a.d !== 1n || a.n < 0n || a.n > 1000n) return null;
  let product = 1n;
  for (let k = 2n; k <= a.n; k++) product *= k;
  return rational(product);
}

/** Binomial coefficient of integers `0 ≤ k ≤ n ≤ 1000`; null for others. */
export function binomial(n: Rational, k: Rational): Rational | null {
  const [top, bottom, rest] = [factorial(n), factorial(k), add(n, negate(k))];
  const left = rest === null ? null : factorial(rest);
  if (top === null || bottom === null || left === null) return null;
  return rational(top.n, bottom.n * left.n);
}

/** The root of a square; null for others. */
export function squareRoot(a: Rational): Rational | null {
  const [n, d] = [integerRoot(a.n), integerRoot(a.d)];
  return n === null || d === null ? null : { n, d };
}

function integerRoot(square: bigint): bigint | null {
  if (square < 0n) return null;
  if (square < 2n) return square;
  let root = 1n << BigInt(Math.ceil((bits(square) + 1) / 2));
  // Newton's steps go down until they have passed the root.
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root * root === square ? root : null;
    root = next;
  }
}

/** Whether two fractions are the same number. */
export function equal(a: Rational, b: Rational): boolean {
  return a.n === b.n && a.d === b.d;
}

/** Magnitude. */
export function absolute(a: Rational): Rational {
  return a.n < 0n ? negate(a) : a;
}

/** Whether `a ≤ b`. */
export function atMost(a: Rational, b: Rational): boolean {
  return a.n * b.d <= b.n * a.d;
}

/** Whether `|a − b| ≤ tolerance · |a|`, exactly. */
export function near(a: Rational, b: Rational, tolerance: Rational): boolean {
  const size = (x: bigint) => x < 0n ? -x : x;
  return size(a.n * b.d - b.n * a.d) * tolerance.d <= tolerance.n * size(a.n) * b.d;
}

/** The nearest double, or thereabouts; infinite or 0 where it is out of range. */
export function toNumber({ n, d }: Rational): number {
  const direct = Number(n) / Number(d);
  if (Number.isFinite(Number(n)) && Number.isFinite(Number(d))) return direct;
  // Both are cut to their leading bits, and the rest is a power of two.
  const [a, b] = [Math.max(0, bits(n) - 512), Math.max(0, bits(d) - 512)];
  return Number(n >> BigInt(a)) / Number(d >> BigInt(b)) * 2 ** (a - b);
}

/**
 * Reads a decimal such as `-12.50` or `4.5e33`, without separators.
 *
 * @returns The exact value and the power of ten of the last written digit; null where it is no such decimal, or its
 * exponent is beyond ±2,000.
 */
export function parseDecimal(text: string): { value: Rational; place: number } | null {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text);
  if (match === null || text.length > MAX_BITS / 4) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return null;
  const place = Number(exponent) - fraction.length;
  if (Math.abs(place) > 2000) return null;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const scale = 10n ** BigInt(Math.abs(place));
  const value = place < 0 ? rational(digits, scale) : rational(digits * scale);
  return value === null ? null : { value, place };
}
