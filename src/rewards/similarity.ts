/** @file The reward of step-wise training: how much of the expert's step an action has in common with it. */
import { type FormatOptions, parseOutput } from "./format.ts";
import type { Reward } from "./reward.ts";
import { type SequenceOptions, sequenceRatio } from "./sequence_ratio.ts";

/** How actions are compared, and what the format demands of them. */
export interface SimilarityOptions extends SequenceOptions, FormatOptions {}

/** What an output gets that is not in the format. */
const BROKEN_FORMAT = -1;

/**
 * The sequence ratio of the action alone, without surrounding white space, to the expert's: 0 to 1, or −1 for a broken
 * format (arXiv 2510.25992, section 3). On short actions a part of the expert's text already scores high: demand a
 * whole one with `action`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const reward = similarity({ action: /[a-z]=\d/ });
 * assertEquals(reward({ completion: "<think>6-3</think>n=3", target: "n=6" }).reward, 2 / 3);
 * assertEquals(reward({ completion: "<think>6-3</think>n=", target: "n=6" }), {
 *   reward: -1,
 *   think: null,
 *   action: null,
 *   formatError: "action-form",
 *   parts: { similarity: 0, format: -1 },
 * });
 * ```
 */
export function similarity(options: SimilarityOptions = {}): Reward {
  return ({ completion, target }) => {
    const output = parseOutput(completion, options);
    if (!output.ok) {
      return {
        reward: BROKEN_FORMAT,
        think: null,
        action: null,
        formatError: output.reason,
        parts: { similarity: 0, format: BROKEN_FORMAT },
      };
    }
    const ratio = sequenceRatio(output.action, target.trim(), options);
    return {
      reward: ratio,
      think: output.think,
      action: output.action,
      formatError: null,
      parts: { similarity: ratio, format: 0 },
    };
  };
}
