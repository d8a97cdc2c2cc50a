/** @file Drills: looking definitions up, over and over, before any problem is solved. */
import type { Rng } from "../../random/rng.ts";
import type { Demonstration } from "../task.ts";
import { ADDENDS, LETTERS, MODULUS } from "./problem.ts";

/** Look-ups in one drill. */
const LOOKUPS = 16;
/** Share of variables that are made from another one. */
const DERIVED = 0.6;

/**
 * Definitions, and look-ups of them in random order: `jej6` for `j=e+6`, `e7` for `e=7`. A policy that meets problems at
 * once stays for a long time at guessing digits; after some hundred updates of this, with few definitions at first, it
 * finds what it looks for, and learns to solve within a few hundred more.
 *
 * @param count Definitions; a problem's question does not follow them.
 */
export function drawDrill(count: number, rng: Rng): Demonstration {
  const names = rng.shuffle([...LETTERS]);
  const definitions = names.slice(0, count).map((name, i) => {
    // What it is made from is defined nowhere, or further on: a look-up needs no value.
    const from = rng.chance(DERIVED) ? names[(i + 1) % names.length]! : null;
    return { name, from, digit: rng.integer(from === null ? MODULUS : ADDENDS) };
  });
  const stated = rng.shuffle(definitions).map(({ name, from, digit }) =>
    from === null ? `${name}=${digit}` : `${name}=${from}+${digit}`
  );
  const lookups = Array.from({ length: LOOKUPS }, () => {
    const { name, from, digit } = rng.pick(definitions);
    return from === null ? `${name}${digit}` : `${name}${from}${name}${digit}`;
  });
  return { prompt: `${stated.join(";")}\n`, completions: [lookups.join(";")] };
}
