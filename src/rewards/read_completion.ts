/** @file A completion as it is judged, and what is shown of it: the same for every engine that trains. */
import { type FormatOptions, splitRollout } from "./format.ts";
import type { Judgement, RewardTraits } from "./protocol.ts";
import type { Rollout } from "./reward.ts";

/** How a stage's completions are read. */
export interface ReadingOptions {
  /** What a completion is to look like. */
  readonly output: FormatOptions;
  /** Whether a completion that the token budget cut off has a broken format, however it looks. */
  readonly cutIsBroken: boolean;
}

/**
 * Splits a completion, whose text comes without the token that ended it.
 *
 * @param truncated Whether the token budget ended it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const read = (truncated: boolean) =>
 *   readCompletion("<think></think>a", truncated, { output: {}, cutIsBroken: true });
 * assertEquals([read(false).action, read(true).formatError], ["a", "truncated"]);
 * ```
 */
export function readCompletion(
  completion: string,
  truncated: boolean,
  { output, cutIsBroken }: ReadingOptions,
): Rollout {
  return truncated && cutIsBroken
    ? { completion, think: null, action: null, formatError: "truncated" }
    : splitRollout(completion, output);
}

/**
 * What a log shows of a rollout: monologue and action where the reward looks at the format; else the answer that the reward found, as
 * the action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rollout = { completion: "#188", think: null, action: null, formatError: "missing-open" };
 * const judgement = { status: "ok", score: { value: 1, parts: {}, extracted: "188" } } as const;
 * assertEquals(shownOf(rollout, judgement, { judgesFormat: false }), {
 *   think: null, action: "188", formatError: null,
 * });
 * ```
 */
export function shownOf(
  { think, action, formatError }: Rollout,
  judgement: Judgement,
  { judgesFormat }: Pick<RewardTraits, "judgesFormat">,
): Pick<Rollout, "think" | "action" | "formatError"> {
  if (judgesFormat) return { think, action, formatError };
  const extracted = judgement.status === "ok" ? judgement.score.extracted ?? null : null;
  return { think: null, action: extracted, formatError: null };
}
