/** @file Whether two quantities are equal: numbers, formulas, units, percent. */
import type { Quantity } from "./answer_value.ts";
import { conversion, sameValues } from "./evaluate.ts";
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";
import type { Unit } from "./unit.ts";
import { Unreadable } from "./unreadable.ts";

/** How exact an answer must be. */
export interface Tolerance {
  /**
   * Largest relative difference where a rounded number meets a value that no decimal can be: `0.333333` for 1/3, `4.1231` for
   * √17. Two decimals, and whole numbers, must be equal whatever this is.
   */
  readonly relative: number;
  /** Whether a prediction may have more digits than an expected decimal that it rounds to. */
  readonly rounded: boolean;
  /** How many more formulas may be evaluated for this verdict. */
  readonly budget: Budget;
}

/** Counts down; a list of many formulas is compared with the square of their number. */
export interface Budget {
  /** Comparisons of formulas that are left. */
  left: number;
}

/** What a verdict may take: a set of 30 formulas against another. */
export const MAX_EVALUATIONS = 2000;

/**
 * Takes one from the budget.
 *
 * @throws {Unreadable} Where nothing is left.
 */
export function spend(budget: Budget): void {
  if (--budget.left < 0) {
    throw new Unreadable(`more than ${MAX_EVALUATIONS} comparisons of formulas`);
  }
}

/** What decided about two quantities. */
export interface Decision {
  /** Whether they are equal. */
  readonly equal: boolean;
  /** Which comparison said so. */
  readonly how: "number" | "expression" | "unit";
}

/** Formulas without a written decimal are computed in double precision, whose error this allows for. */
const DOUBLE = 1e-9;

/** Decimals differ by less than this only by the noise of double precision: `0.30000000000000004`. */
const NOISE: Rational = { n: 1n, d: 10n ** 14n };

/**
 * Compares a prediction with an expected quantity. Units that measure the same are converted; a unit that only one side has, or a word
 * that is no unit, is left out, because the question said it. Percent are hundredths, and `28%` is right for 28 as well.
 *
 * @throws {Unreadable} Where nothing is left of the budget.
 */
export function compareQuantities(
  gold: Quantity,
  prediction: Quantity,
  tolerance: Tolerance,
): Decision {
  const units = gold.unit !== null && prediction.unit !== null
    ? [gold.unit, prediction.unit] as const
    : null;
  const convert = units === null ? { factor: 1, offset: 0 } : between(units[1], units[0]);
  if (convert === null) return { equal: false, how: "unit" };
  if (convert.factor !== 1 || convert.offset !== 0) {
    spend(tolerance.budget);
    const code = `(${prediction.expression.code}*${convert.factor}+${convert.offset})`;
    return { equal: sameValues(gold.expression.code, code, tolerance.relative), how: "unit" };
  }
  const first = sameNumber(gold, prediction, tolerance, 1n, 1n);
  if (first.equal || gold.percent === prediction.percent) return first;
  return gold.percent
    ? sameNumber(gold, prediction, tolerance, 100n, 1n)
    : sameNumber(gold, prediction, tolerance, 1n, 100n);
}

function between(from: Unit, to: Unit): { factor: number; offset: number } | null {
  const same = { factor: 1, offset: 0 };
  if (from.text === to.text || !from.known || !to.known) return same;
  return conversion(from.text, to.text);
}

/** Compares gold / a with prediction / b. */
function sameNumber(
  gold: Quantity,
  prediction: Quantity,
  tolerance: Tolerance,
  a: bigint,
  b: bigint,
): Decision {
  const [g, p] = [gold.expression, prediction.expression];
  const decimal = g.decimal || p.decimal;
  if (g.exact !== null && p.exact !== null) {
    const expected = exact.divide(g.exact, { n: a, d: 1n });
    const found = exact.divide(p.exact, { n: b, d: 1n });
    if (expected !== null && found !== null) {
      return { equal: sameRational(expected, found), how: "number" };
    }
  }
  // An infinite endpoint has no value to compute.
  if (/^\(?-?Infinity\)?$/.test(g.code)) return { equal: g.code === p.code, how: "expression" };
  const allowed = decimal ? Math.max(tolerance.relative, DOUBLE) : DOUBLE;
  const codes = [scaled(g.code, a), scaled(p.code, b)] as const;
  spend(tolerance.budget);
  if (sameValues(...codes, allowed)) return { equal: true, how: "expression" };
  return { equal: roundsTo(g.exact, p.exact, codes), how: "expression" };

  function sameRational(expected: Rational, found: Rational): boolean {
    if (exact.equal(expected, found)) return true;
    if (roundsTo(expected, found, null)) return true;
    // A whole number is exact, and so are two fractions.
    if (!decimal || (expected.d === 1n && g.place !== null && g.place >= 0)) return false;
    if (g.decimal && p.decimal) return exact.near(expected, found, NOISE);
    const whole = g.decimal ? found : expected;
    return whole.d !== 1n && exact.near(expected, found, asRational(tolerance.relative));
  }

  /** Whether the prediction rounds to the expected decimal, halves either way. */
  function roundsTo(
    expected: Rational | null,
    found: Rational | null,
    formulas: readonly [string, string] | null,
  ): boolean {
    if (!tolerance.rounded || expected === null || !g.decimal || g.place === null) return false;
    // Written as a whole number with a point, 27.0, it is a whole number.
    if (expected.d === 1n && g.place <= 0 && !/e/i.test(gold.raw)) return false;
    const half = exact.parseDecimal(`5e${g.place - 1}`)!.value;
    if (found !== null) {
      const distance = exact.add(expected, exact.negate(found));
      return distance !== null && exact.atMost(exact.absolute(distance), half);
    }
    const size = Math.abs(exact.toNumber(expected));
    return formulas !== null && size > 0 && sameValues(...formulas, exact.toNumber(half) / size);
  }
}

function scaled(code: string, by: bigint): string {
  return by === 1n ? code : `(${code}/${by})`;
}

function asRational(value: number): Rational {
  return exact.parseDecimal(String(value))!.value;
}
