/** @file Controlled corruptions of an expert's step: what a reward should and should not tell from the step itself. */
import type { Rng } from "../random/rng.ts";

/**
 * The text without a share of its words, chosen at random: at least one goes and at least one stays. Words are runs without white
 * space; a word goes with the white space behind it. Null for a text of fewer than two words.
 *
 * @param share From 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * assertEquals(dropWords("so x = 3", 0.5, new Rng(1))?.split(" ").length, 2);
 * ```
 */
export function dropWords(text: string, share: number, rng: Rng): string | null {
  const words = text.match(/\S+\s*/g) ?? [];
  if (words.length < 2) return null;
  const dropped = Math.min(words.length - 1, Math.max(1, Math.round(share * words.length)));
  const gone = new Set(rng.shuffle([...words.keys()]).slice(0, dropped));
  return words.filter((_, at) => !gone.has(at)).join("").trim();
}

/**
 * The text with one digit of every number (a run of the digits 0–9) changed to another digit. Null for a text without digits.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const changed = changeDigits("x = 3", new Rng(1));
 * assertEquals(changed?.length, 5);
 * assertNotEquals(changed, "x = 3");
 * ```
 */
export function changeDigits(text: string, rng: Rng): string | null {
  const changed = text.replace(/[0-9]+/g, (number) => {
    const at = rng.integer(number.length);
    const digit = (Number(number[at]) + 1 + rng.integer(9)) % 10;
    return number.slice(0, at) + digit + number.slice(at + 1);
  });
  return changed === text ? null : changed;
}

/**
 * The text's clauses in another order, the white space between them where it was. A clause ends with one of `. , ; : ! ?`
 * before white space, or with a line, but not within brackets, so that formulas stay whole. Null where no other order makes
 * another text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * assertEquals(reorderClauses("Let f(a, b) = 3, then halve.", new Rng(1)), "then halve. Let f(a, b) = 3,");
 * ```
 */
export function reorderClauses(text: string, rng: Rng): string | null {
  const { clauses, gaps } = splitClauses(text.trim());
  const join = (order: readonly string[]) =>
    order.map((clause, at) => clause + (gaps[at] ?? "")).join("");
  const shuffled = join(rng.shuffle(clauses));
  if (shuffled !== text.trim()) return shuffled;
  const rotated = join([...clauses.slice(1), ...clauses.slice(0, 1)]);
  return rotated === text.trim() ? null : rotated;
}

/** Clauses, and the white space behind each but the last. */
function splitClauses(text: string): { clauses: string[]; gaps: string[] } {
  const clauses: string[] = [];
  const gaps: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const mark = text[at]!;
    if ("([{".includes(mark)) depth++;
    // Half-open intervals close with another bracket; one too many closes nothing.
    if (")]}".includes(mark)) depth = Math.max(0, depth - 1);
    if (depth > 0 || !/\s/.test(mark)) continue;
    let end = at + 1;
    while (end < text.length && /\s/.test(text[end]!)) end++;
    const gap = text.slice(at, end);
    if (gap.includes("\n") || ".,;:!?".includes(text[at - 1] ?? " ")) {
      clauses.push(text.slice(start, at));
      gaps.push(gap);
      start = end;
    }
    at = end - 1;
  }
  clauses.push(text.slice(start));
  return { clauses, gaps };
}

/**
 * The first half of the text's code points, rounded down. Null where that is nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(firstHalf("x = 3; y = 4"), "x = 3;");
 * ```
 */
export function firstHalf(text: string): string | null {
  const points = Array.from(text.trim());
  const half = points.slice(0, points.length >> 1).join("").trim();
  return half === "" ? null : half;
}

/**
 * The text twice, on lines of their own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(doubled("x = 3"), "x = 3\nx = 3");
 * ```
 */
export function doubled(text: string): string {
  return `${text}\n${text}`;
}

/**
 * A step of another problem: any other problem with the same chance, then any of its steps. Null where there is none.
 *
 * @param problem The problem that the step must not be of.
 * @param steps The steps of every problem, at least one each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const steps = new Map([["p1", ["x = 3"]], ["p2", ["y = 4"]]]);
 * assertEquals(anotherStep("p1", steps, new Rng(1)), "y = 4");
 * ```
 */
export function anotherStep(
  problem: string,
  steps: ReadonlyMap<string, readonly string[]>,
  rng: Rng,
): string | null {
  const others = [...steps.keys()].filter((key) => key !== problem);
  return others.length === 0 ? null : rng.pick(steps.get(rng.pick(others))!);
}

/** A way to corrupt a step, with its names in tables and plots. */
export interface Corruption {
  /** In files of scores. */
  readonly id: string;
  /** At the head of a column. */
  readonly head: string;
  /** In a plot. */
  readonly label: string;
  /** In a caption: what becomes of the step. */
  readonly meaning: string;
  /** What it makes of a step; null where it can make nothing of it. */
  corrupt(step: string, rng: Rng, others: OtherSteps): string | null;
}

/** Where a step stands among those of all problems. */
export interface OtherSteps {
  /** The step's own problem. */
  readonly problem: string;
  /** The steps of every problem. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
}

const dropping = (percent: number): Corruption => ({
  id: `drop-${percent}`,
  head: `−${percent} %`,
  label: `−${percent} % of words`,
  meaning: "that share of its words dropped",
  corrupt: (step, rng) => dropWords(step, percent / 100, rng),
});

/**
 * Every corruption of the reward landscape, after the step itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(CORRUPTIONS.map(({ id }) => id).slice(0, 2), ["copy", "drop-10"]);
 * ```
 */
export const CORRUPTIONS: readonly Corruption[] = [
  { id: "copy", head: "copy", label: "copy", meaning: "the step itself", corrupt: (step) => step },
  ...[10, 20, 30, 50].map(dropping),
  {
    id: "digits",
    head: "digits",
    label: "digits changed",
    meaning: "one digit of every number changed",
    corrupt: changeDigits,
  },
  {
    id: "order",
    head: "order",
    label: "clauses reordered",
    meaning: "its clauses in another order",
    corrupt: reorderClauses,
  },
  {
    id: "half",
    head: "half",
    label: "first half",
    meaning: "its first half",
    corrupt: firstHalf,
  },
  {
    id: "double",
    head: "double",
    label: "doubled",
    meaning: "the step twice",
    corrupt: doubled,
  },
  {
    id: "other",
    head: "other",
    label: "another problem's",
    meaning: "a step of another problem",
    corrupt: (_, rng, { problem, steps }) => anotherStep(problem, steps, rng),
  },
];
