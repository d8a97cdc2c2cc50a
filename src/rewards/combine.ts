/** @file What every combinator makes of the terms that it combines. */
import type { RewardInstance, Rollout, Score } from "./reward.ts";
import type { Term } from "./term.ts";

/** A term with its place in the combinator, e.g. `0` or `when`. */
export interface Place {
  /** Names the place in the log. */
  readonly name: string;
  /** What stands there. */
  readonly term: Term;
}

/** What a combinator does itself. */
export interface Combination {
  /** The declaration's kind. */
  readonly name: string;
  /** Bounds of every value. */
  readonly range: Term["range"];
  /** The terms in order. */
  readonly places: readonly Place[];
  /** The value from the terms' values, in the same order, and terms of its own for the log. */
  combine(values: readonly number[], rollout: Rollout): {
    /** The combined value. */
    readonly value: number;
    /** Its own terms, by name. */
    readonly own?: Readonly<Record<string, number>>;
  };
}

/**
 * A combinator as a term: it needs what its terms need, and logs their parts under its own name and theirs, unweighted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { actionTerm } from "./term.ts";
 *
 * const one = actionTerm({ name: "one", cost: "none", compare: () => 1 });
 * const twice = combinator({
 *   name: "twice",
 *   range: [0, 2],
 *   places: [{ name: "a", term: one }, { name: "b", term: one }],
 *   combine: ([a, b]) => ({ value: a! + b! }),
 * });
 * const rollout = { completion: "", think: "", action: "", formatError: null };
 * assertEquals(await twice.score(rollout, { target: "", problem: "", answer: "" }), {
 *   value: 2,
 *   parts: { "twice.a.one": 1, "twice.b.one": 1 },
 * });
 * ```
 */
export function combinator({ name, range, places, combine }: Combination): Term {
  const terms = places.map(({ term }) => term);
  const some = (format: Term["format"]) => terms.some((term) => term.format === format);
  return {
    name,
    range,
    cost: [...new Set(terms.map(({ cost }) => cost))].join("; "),
    needs: terms.some(({ needs }) => needs.expertLogProb) ? { expertLogProb: true } : {},
    format: some("own") ? "own" : some("needed") ? "needed" : "free",
    async score(rollout: Rollout, instance: RewardInstance): Promise<Score> {
      const scores = await Promise.all(terms.map((term) => term.score(rollout, instance)));
      const { value, own = {} } = combine(scores.map((score) => score.value), rollout);
      const parts: Record<string, number> = {};
      scores.forEach((score, i) => {
        for (const [part, number] of Object.entries(score.parts)) {
          parts[`${name}.${places[i]!.name}.${part}`] = number;
        }
      });
      for (const [part, number] of Object.entries(own)) parts[`${name}.${part}`] = number;
      const finder = scores.find(({ extracted }) => extracted !== undefined);
      return { value, parts, ...finder ? { extracted: finder.extracted! } : {} };
    },
  };
}
