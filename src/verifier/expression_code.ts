/** @file Formulas in the language of mathjs, with their exact value where they have a short one. */
import * as exact from "./rational.ts";
import type { Rational } from "./rational.ts";
import { Unreadable } from "./unreadable.ts";

/** A formula, read. */
export interface Expression {
  /** The formula as an expression of mathjs, every operation in parentheses; made of names and digits of ours only. */
  readonly code: string;
  /** Its value where it is a fraction of integers that is short enough to be computed. */
  readonly exact: Rational | null;
  /** Whether a number in it is written with a point or an exponent, and so may be rounded. */
  readonly decimal: boolean;
  /** Power of ten of the last digit where the whole formula is one written number, else null. */
  readonly place: number | null;
}

/** How a variable is called in mathjs, whatever its LaTeX name is: `v_` and letters, digits and hexadecimal codes. */
export function variable(name: string): string {
  return "v_" + name.replaceAll(/[^a-zA-Z0-9]/gu, (c) => `_${c.codePointAt(0)!.toString(16)}_`);
}

/** How an unknown function is called in mathjs. */
export function unknownFunction(name: string): string {
  return "f" + variable(name).slice(1);
}

/** A number as it is written. */
export function number(text: string): Expression {
  const read = exact.parseDecimal(text);
  if (read === null) throw new Unreadable(`the number ${text.slice(0, 20)} is too long`);
  const decimal = /[.eE]/.test(text);
  return {
    code: /^\d+$/.test(text) || read.value.d !== 1n
      ? text.replace(/^\./, "0.").replace(/\.(?=e|$)/i, "")
      : `${read.value.n}`,
    exact: read.value,
    decimal,
    place: read.place,
  };
}

/** What joins two expressions. */
export type Operator = "+" | "-" | "*" | "/" | "^";

/** A formula whose value is computed from its code alone. */
export function opaque(code: string): Expression {
  return { code, exact: null, decimal: false, place: null };
}

/** One operation, in parentheses. */
export function combine(operator: Operator, a: Expression, b: Expression): Expression {
  return enclose(join(operator, a, b));
}

/** The same in parentheses. */
export function enclose(a: Expression): Expression {
  return { ...a, code: `(${a.code})` };
}

/**
 * One operation without parentheses, for chains of operators of one rank: `a+b-c` nests in no depth, however long it is.
 */
export function join(operator: Operator, a: Expression, b: Expression): Expression {
  let value: Rational | null = null;
  if (a.exact !== null && b.exact !== null) {
    if (operator === "+") value = exact.add(a.exact, b.exact);
    else if (operator === "-") value = exact.add(a.exact, exact.negate(b.exact));
    else if (operator === "*") value = exact.multiply(a.exact, b.exact);
    else if (operator === "/") value = exact.divide(a.exact, b.exact);
    else value = exact.power(a.exact, b.exact);
  }
  return {
    code: `${a.code}${operator}${b.code}`,
    exact: value,
    decimal: a.decimal || b.decimal,
    place: null,
  };
}
