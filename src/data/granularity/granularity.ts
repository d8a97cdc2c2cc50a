/** @file What one action is: the granularities, as they are declared. */

/**
 * What one action of the policy is. `step`: one step of the expert's solution, as published. `{ kind: "steps", k }`: k of
 * them. `sentence`: one sentence of a step. `{ kind: "tokens", n }`: as many steps as come nearest to n tokens. `whole`: the
 * entire solution. `answer`: the final answer alone, whatever leads to it; with the answer reward this is RLVR.
 */
export type Granularity = "step" | Steps | "sentence" | Tokens | "whole" | "answer";

/** Several steps as one action. */
export interface Steps {
  /** Tells the granularities apart. */
  readonly kind: "steps";
  /** Steps of an action, at least 2; the last action has what is left. */
  readonly k: number;
}

/** Steps up to a number of tokens as one action. */
export interface Tokens {
  /** Tells the granularities apart. */
  readonly kind: "tokens";
  /** Tokens that an action comes near to, at least 1. */
  readonly n: number;
}

/** Every kind of {@link Granularity}, for a schema or a command line. */
export const GRANULARITY_KINDS: readonly [
  "step",
  "steps",
  "sentence",
  "tokens",
  "whole",
  "answer",
] = ["step", "steps", "sentence", "tokens", "whole", "answer"];

/**
 * `k` expert steps are one action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(steps(3), { kind: "steps", k: 3 });
 * ```
 */
export function steps(k: number): Steps {
  return { kind: "steps", k };
}

/**
 * As many expert steps as come nearest to `n` tokens of the policy's tokenizer are one action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tokens(200), { kind: "tokens", n: 200 });
 * ```
 */
export function tokens(n: number): Tokens {
  return { kind: "tokens", n };
}

/**
 * A granularity's kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([kindOf("whole"), kindOf(steps(2))], ["whole", "steps"]);
 * ```
 */
export function kindOf(granularity: Granularity): (typeof GRANULARITY_KINDS)[number] {
  return typeof granularity === "string" ? granularity : granularity.kind;
}

/**
 * Whether one action may hold several monologues, one before each of its steps, so that a format check has to allow them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([manyThoughts("step"), manyThoughts("sentence")], [false, false]);
 * assertEquals([manyThoughts(steps(2)), manyThoughts("whole")], [true, true]);
 * ```
 */
export function manyThoughts(granularity: Granularity): boolean {
  return granularity !== "step" && granularity !== "sentence";
}

/**
 * A granularity as a command line and a report write it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["step" as const, steps(3), tokens(200)].map(granularityText), ["step", "steps:3", "tokens:200"]);
 * ```
 */
export function granularityText(granularity: Granularity): string {
  if (typeof granularity === "string") return granularity;
  return `${granularity.kind}:${granularity.kind === "steps" ? granularity.k : granularity.n}`;
}
