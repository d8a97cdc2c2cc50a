/**
 * @file Comparing formulas by their values, computed by mathjs.
 *
 * Two formulas are the same when they have the same values at several points that nobody chose: for sums, products, powers and the elementary
 * functions, different functions differ almost everywhere (Schwartz 1980, doi:10.1145/322217.322225, for polynomials). It needs no rule of
 * simplification, cannot run away, and its result does not depend on how the formulas are written.
 *
 * mathjs is loaded when the first formula is evaluated, from its single-file build: 0.1 to 0.2 s and 40 MB, which a
 * program that compares only texts and numbers never spends. `@cortex-js/compute-engine` 0.140.0 was tried first and is unfit for untrusted
 * text: its parser takes exponential time (20 opening brackets 4.5 s, 40 bars for ever), it reads only the beginning of some
 * formulas without an error, and evaluating `9^{9^{9^{9}}}` takes 13 s.
 */
import type { Complex, MathJsInstance, Matrix, Unit } from "mathjs";
import defer * as bundle from "mathjs/bundle";
import { OWN_UNITS } from "./unit_words.ts";

let loaded: MathJsInstance | null = null;

/** The one instance of mathjs, with the units of money. */
function mathjs(): MathJsInstance {
  if (loaded !== null) return loaded;
  const library = (bundle as unknown as { readonly default: typeof import("mathjs") }).default;
  const instance = library.create(library.all!);
  for (const [name, definition] of Object.entries(OWN_UNITS)) {
    if (definition === "") instance.createUnit(name);
    else instance.createUnit(name, definition);
  }
  return loaded = instance;
}

/** Points at which formulas with variables are compared. */
const POINTS = 5;

/** Values this close to 0 are 0 where the other side is 0: `sin(π)` is 1.2e-16 in double precision. */
const ZERO = 1e-12;

/** A computed value: rows × columns of complex numbers, 1 × 1 for a scalar. */
interface Value {
  readonly shape: string;
  readonly cells: readonly { readonly re: number; readonly im: number }[];
}

/** A number in [0, 1) that depends on a text and on nothing else (FNV-1a, 32 bits). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // One more round of mixing, because names differ only in their ends.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/**
 * Values for the variables and functions in a formula. Variables are positive, as lengths, masses and parameters are: √(r²) is r. At a
 * point where `signed` is set every other one is negative.
 */
function scopeOf(codes: readonly string[], point: number, signed: boolean): Map<string, unknown> {
  const scope = new Map<string, unknown>();
  for (const code of codes) {
    for (const [name] of code.matchAll(/[vf]_\w+/g)) {
      if (scope.has(name)) continue;
      const [a, b] = [fraction(`${point} ${name}`), fraction(`${name} ${point}`)];
      if (name.startsWith("v")) {
        const size = 0.6 + 1.7 * a;
        scope.set(name, signed && b < 0.5 ? -size : size);
      } else {
        // Some smooth function that satisfies no identity of its own.
        const math = mathjs();
        scope.set(
          name,
          (x: number | Complex) => math.sin(math.add(math.multiply(x, 0.7 + a), b) as Complex),
        );
      }
    }
  }
  return scope;
}

function valueOf(result: unknown): Value | null {
  const cell = (x: unknown) => {
    if (typeof x === "number") return { re: x, im: 0 };
    if (typeof x === "object" && x !== null && "re" in x && "im" in x) {
      return { re: Number(x.re), im: Number(x.im) };
    }
    return { re: NaN, im: NaN };
  };
  let rows: unknown[][] = [[result]];
  if (typeof result === "object" && result !== null && "toArray" in result) {
    const array = (result as Matrix).toArray() as unknown[];
    rows = array.map((row) => Array.isArray(row) ? row : [row]);
  }
  const cells = rows.flat().map(cell);
  if (cells.some(({ re, im }) => !Number.isFinite(re) || !Number.isFinite(im))) return null;
  return { shape: `${rows.length}x${rows[0]?.length ?? 0}`, cells };
}

/** The value of a formula at a point; null where it has none or none in range. */
function evaluate(code: string, scope: Map<string, unknown>): Value | null {
  let result: unknown;
  try {
    result = mathjs().evaluate(code, scope);
  } catch {
    // A matrix added to a number, an inverse of a singular matrix, …: the formula has no value.
    return null;
  }
  const value = valueOf(result);
  // An overflow inside a formula can look like 0: 1/2004!.
  if (value?.cells.every(({ re, im }) => re === 0 && im === 0) && !honest(code, scope)) return null;
  return value;
}

/** Whether no part of a formula is out of the range of doubles. */
function honest(code: string, scope: Map<string, unknown>): boolean {
  const math = mathjs();
  let fine = true;
  math.parse(code).traverse((node, path) => {
    if (!fine || path === "fn") return;
    if (node.type === "ConstantNode" || node.type === "SymbolNode") return;
    const value = valueOf(node.compile().evaluate(scope));
    if (value === null) fine = false;
    else if (value.cells.every(({ re, im }) => re === 0 && im === 0)) {
      const product = "op" in node && (node.op === "*" || node.op === "/" || node.op === "^");
      const parts = "args" in node
        ? node.args as { compile(): { evaluate(s: unknown): unknown } }[]
        : [];
      const zero = parts.some((part) =>
        valueOf(part.compile().evaluate(scope))?.cells.some(({ re, im }) => re === 0 && im === 0)
      );
      if (product && !zero) fine = false;
    }
  });
  return fine;
}

/** Whether two values are within a relative tolerance, cell by cell. */
function near(a: Value, b: Value, tolerance: number): boolean {
  return a.shape === b.shape && a.cells.every((x, at) => {
    const y = b.cells[at]!;
    const size = Math.max(Math.hypot(x.re, x.im), Math.hypot(y.re, y.im));
    const distance = Math.hypot(x.re - y.re, x.im - y.im);
    const zero = (x.re === 0 && x.im === 0) || (y.re === 0 && y.im === 0);
    return distance <= tolerance * size || (zero && size <= ZERO);
  });
}

/** Values of both formulas at each point, signs mixed where one formula has an absolute value that the other has not. */
function* samples(a: string, b: string): Generator<readonly [Value | null, Value | null]> {
  const signed = a.includes("abs(") !== b.includes("abs(");
  const constant = !/[vf]_/.test(a + b);
  for (let point = 0; point < (constant ? 1 : POINTS); point++) {
    const scope = scopeOf([a, b], point, signed);
    const first = evaluate(a, scope);
    yield [first, first === null ? null : evaluate(b, scope)];
  }
}

/**
 * Whether two formulas have the same values, within a relative tolerance. False where one of them has none at some point:
 * what is out of range, or a matrix against a number.
 *
 * @param a A formula in mathjs's language, as `readExpression` writes it.
 * @param b Another.
 * @param tolerance Largest relative difference.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 *
 * assert(sameValues("(sqrt(8))", "(2*sqrt(2))", 1e-9));
 * assert(sameValues("((v_x+1)^2)", "(((v_x^2)+(2*v_x))+1)", 1e-9));
 * assertEquals(sameValues("(v_x^2)", "v_x", 1e-9), false);
 * ```
 */
export function sameValues(a: string, b: string, tolerance: number): boolean {
  for (const [x, y] of samples(a, b)) {
    if (x === null || y === null || !near(x, y, tolerance)) return false;
  }
  return true;
}

/**
 * The constant `c ≠ 0` for which `a = c · b` at all points, within a relative tolerance; null where there is none.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(factorBetween("((-2)*v_x)", "(v_x)", 1e-9)!, -2);
 * ```
 */
export function factorBetween(a: string, b: string, tolerance: number): number | null {
  let factor: number | null = null;
  for (const [x, y] of samples(a, b)) {
    if (x === null || y === null || x.cells.length !== 1 || y.cells.length !== 1) return null;
    const [p, q] = [x.cells[0]!, y.cells[0]!];
    const size = q.re ** 2 + q.im ** 2;
    if (size === 0) return null;
    const re = (p.re * q.re + p.im * q.im) / size;
    const im = (p.im * q.re - p.re * q.im) / size;
    if (Math.abs(im) > tolerance * Math.abs(re) || re === 0) return null;
    factor ??= re;
    if (Math.abs(re - factor) > tolerance * Math.abs(factor)) return null;
  }
  return factor;
}

/** What becomes of a value when its unit is another one: `value · factor + offset`. */
export interface Conversion {
  /** Multiplies. */
  readonly factor: number;
  /** Is added: 273.15 from °C to K. */
  readonly offset: number;
}

/**
 * How to go from one unit to another; null where they measure different things.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(conversion("m", "cm"), { factor: 100, offset: 0 });
 * assertEquals(conversion("m", "kg"), null);
 * ```
 */
export function conversion(from: string, to: string): Conversion | null {
  try {
    const at = (value: number) => (mathjs().unit(value, from) as Unit).toNumber(to);
    const offset = at(0);
    return { factor: at(1) - offset, offset };
  } catch {
    return null;
  }
}
