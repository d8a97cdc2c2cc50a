/** @file Relay problems: a chain of definitions modulo 10, shuffled among the definitions of chains that are not asked for. */
import type { Rng } from "../../random/rng.ts";

/** Names that variables are given. */
export const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** All arithmetic is modulo this. */
export const MODULUS = 10;
/**
 * Digits that a definition adds are below this: with all ten, one addend alone says nothing of a sum modulo 10, and small
 * policies are slow to find that two together say all.
 */
export const ADDENDS = 5;
/** How many variables a problem asks for: enough that guessing the answer hardly ever succeeds. */
export const ASKED = 3;

/** What a variable is defined as: a digit, or another variable plus a digit. */
export interface Definition {
  /** The variable. */
  readonly name: string;
  /** The variable that it is made from; null for a digit alone. */
  readonly from: string | null;
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
  /** The needed chain from a given digit to the last asked variable; the last {@link ASKED} are asked. */
  readonly chain: readonly string[];
}

/** Size of a problem. */
export interface RelaySize {
  /** Definitions in the needed chain, the given digit included; at least {@link ASKED}. */
  readonly chain: number;
  /** Chains that are not needed, of {@link DECOY} definitions each. */
  readonly decoys: number;
}

/** Definitions of a decoy: a given digit, and what is made from it. */
export const DECOY = 3;

/**
 * Draws a problem.
 *
 * @throws {RangeError} where the size asks for more variables than there are letters.
 */
export function drawProblem(size: RelaySize, rng: Rng): RelayProblem {
  const count = size.chain + DECOY * size.decoys;
  if (size.chain < ASKED || count > LETTERS.length) {
    throw new RangeError(
      `a chain of ${size.chain} with ${size.decoys} decoys: there are ${LETTERS.length} letters`,
    );
  }
  const names = rng.shuffle([...LETTERS]).slice(0, count);
  const definitions = new Map<string, Definition>();
  names.forEach((name, i) => {
    const given = i === 0 || (i >= size.chain && (i - size.chain) % DECOY === 0);
    const from = given ? null : names[i - 1]!;
    const digit = rng.integer(given ? MODULUS : ADDENDS);
    const start = from === null ? 0 : definitions.get(from)!.value;
    definitions.set(name, { name, from, digit, value: (start + digit) % MODULUS });
  });
  return { definitions, order: rng.shuffle(names), chain: names.slice(0, size.chain) };
}

/** The problem's text, e.g. `m=n+3;k=5;e=7;j=e+4;a=k+2;n=j+6?jnm`. */
export function problemText(problem: RelayProblem): string {
  const stated = problem.order.map((name) => {
    const { from, digit } = problem.definitions.get(name)!;
    return from === null ? `${name}=${digit}` : `${name}=${from}+${digit}`;
  });
  return `${stated.join(";")}?${problem.chain.slice(-ASKED).join("")}`;
}

/** The answer: the values of the asked variables, e.g. `170`. */
export function answerText(problem: RelayProblem): string {
  return problem.chain.slice(-ASKED).map((name) => problem.definitions.get(name)!.value).join("");
}
