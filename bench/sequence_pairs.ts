/** @file Pairs of texts for the sequence ratio: prose of a given length, and odd ones of every kind. */
import type { Rng } from "../src/random/rng.ts";

/** What the model wrote, and what the expert wrote. */
export type Pair = readonly [action: string, target: string];

const WORDS = ("the we have so that then let x y z be a of and is = + - 1 2 3 \\frac{1}{2} both " +
  "sides substitute into equation solve for root prime divides remainder therefore hence sum")
  .split(" ");

/** Pairs of an expert's text and an action that keeps about two words in three of it, both of exactly `length` characters. */
export function prosePairs(rng: Rng, count: number, length: number): Pair[] {
  return Array.from({ length: count }, (): Pair => {
    const expert = Array.from({ length }, () => rng.pick(WORDS));
    const action = expert.map((word) => rng.chance(1 / 3) ? rng.pick(WORDS) : word);
    return [action.join(" ").slice(0, length), expert.join(" ").slice(0, length)];
  });
}

const ALPHABETS: readonly (readonly string[])[] = [
  ["a"],
  ["a", "b"],
  [..."abcd"],
  [..."abcdefghijklmnopqrstuvwxyz "],
  [..."0123456789+-=()^ "],
  [..."\\frac{}$_^ xyz\n"],
  [..."äöüßéñ中文字漢あいう∑∫√ "],
  [..."𝟙𝟚𝛼😀👩‍🚀é "],
  ["\ud800", "\udfff", "x", "\ud835", "\udfd9"],
  [" ", "\t", "\n", "\u00a0", "\u2003", "\u0085", "\x1c", "a", "b"],
  WORDS.map((word) => `${word} `),
];

/**
 * One odd pair: any alphabet from a single letter to Unicode with lone surrogates, from nothing to some 400 elements
 * (beyond 200 `autojunk` has an effect), unrelated, edited, repeated, reordered or equal.
 */
export function oddPair(rng: Rng): Pair {
  const alphabet = rng.pick(ALPHABETS);
  const below = rng.chance(0.12) ? 400 : rng.chance(0.5) ? 12 : 70;
  const random = () => Array.from({ length: rng.integer(below) }, () => rng.pick(alphabet));
  const target = random();
  return [related(rng, target, random, alphabet).join(""), target.join("")];
}

function related(
  rng: Rng,
  target: readonly string[],
  random: () => string[],
  alphabet: readonly string[],
): string[] {
  const cut = rng.integer(target.length + 1);
  switch (rng.integer(6)) {
    case 0:
      return random();
    case 1: {
      const edit = (mark: string) =>
        rng.chance(0.8) ? [mark] : rng.chance(0.5) ? [] : [rng.pick(alphabet), mark];
      return target.flatMap(edit);
    }
    case 2:
      return [...target.slice(cut), ...target.slice(0, cut)];
    case 3:
      return [...target, ...target];
    case 4:
      return [...target.slice(0, cut), ...random(), ...target.slice(cut)];
    default:
      return rng.chance(0.2) ? [...target] : rng.shuffle(target);
  }
}
