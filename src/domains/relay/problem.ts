/** @file Relay problems: a chain of definitions modulo 10, shuffled among others that lead nowhere. */
import type { Rng } from "../../random/rng.ts";

/** Names that variables are given. */
export const LETTERS = "abcdefghijklmnop";
/** All arithmetic is modulo this. */
export const MODULUS = 10;
/** How many variables a problem asks for: enough that guessing the answer succeeds once in a thousand. */
export const ASKED = 3;

/** What a variable is defined as: a digit, or another variable plus or minus a digit. */
export interface Definition {
  /** The variable. */
  readonly name: string;
  /** The variable that it is made from; null for a digit alone. */
  readonly from: string | null;
  /** `+` or `-`; meaningless for a digit alone. */
  readonly operator: "+" | "-";
  /** The digit. */
  readonly digit: number;
  /** Its value, 0 to 9. */
  readonly value: number;
}

/** A relay problem. */
export interface RelayProblem {
  /** All definitions by name, each after the one that it is made from. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The order in which the text states them. */
  readonly order: readonly string[];
  /** The needed chain from the given digit to the last asked variable; the last {@link ASKED} are asked. */
  readonly chain: readonly string[];
}

/** Size of a problem. */
export interface RelaySize {
  /** Definitions in the needed chain, the given digit included; at least {@link ASKED}. */
  readonly chain: number;
  /** Definitions that are not needed. They hang off the given digit, so each can be computed at any time. */
  readonly distractors: number;
}

/**
 * Draws a problem.
 *
 * @throws {RangeError} where the size asks for more variables than there are letters.
 */
export function drawProblem(size: RelaySize, rng: Rng): RelayProblem {
  const count = size.chain + size.distractors;
  if (size.chain < ASKED || count > LETTERS.length) {
    throw new RangeError(
      `a chain of ${size.chain} with ${size.distractors} more: there are ${LETTERS.length} letters`,
    );
  }
  const names = rng.shuffle([...LETTERS]).slice(0, count);
  const chain = names.slice(0, size.chain);
  const definitions = new Map<string, Definition>();
  names.forEach((name, i) => {
    const from = i === 0 ? null : i < size.chain ? names[i - 1]! : names[0]!;
    const operator = rng.chance(0.5) ? "+" : "-";
    const digit = rng.integer(MODULUS);
    const start = from === null ? 0 : definitions.get(from)!.value;
    const signed = from !== null && operator === "-" ? -digit : digit;
    const value = (start + signed + MODULUS) % MODULUS;
    definitions.set(name, { name, from, operator, digit, value });
  });
  return { definitions, order: rng.shuffle(names), chain };
}

/** The problem's text, e.g. `e=7;j=e-6;m=n-0;n=j+6?jnm`. */
export function problemText(problem: RelayProblem): string {
  const stated = problem.order.map((name) => {
    const { from, operator, digit } = problem.definitions.get(name)!;
    return from === null ? `${name}=${digit}` : `${name}=${from}${operator}${digit}`;
  });
  return `${stated.join(";")}?${problem.chain.slice(-ASKED).join("")}`;
}

/** The answer: the values of the asked variables, e.g. `177`. */
export function answerText(problem: RelayProblem): string {
  return problem.chain.slice(-ASKED).map((name) => problem.definitions.get(name)!.value).join("");
}
