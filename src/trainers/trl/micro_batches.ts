/** @file How a process divides its share of a batch: TRL counts sequences, a stage declares tokens. */

/** A process's share of a batch. */
export interface MicroBatches {
  /** Sequences in one forward and backward pass. */
  readonly sequences: number;
  /** Passes to one update. */
  readonly passes: number;
}

/**
 * The most sequences that divide a process's share and stay within a number of tokens, padding counted; at least one.
 *
 * @param share Sequences that a process trains on in one update.
 * @param longest Tokens of the longest sequence that there can be.
 * @param maxTokens Most tokens in one pass.
 * @param declared Sequences as declared instead, a divisor of the share; null for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(microBatches(32, 100, 900, null), { sequences: 8, passes: 4 });
 * assertEquals(microBatches(32, 100, 900, 2), { sequences: 2, passes: 16 });
 * ```
 */
export function microBatches(
  share: number,
  longest: number,
  maxTokens: number,
  declared: number | null,
): MicroBatches {
  let sequences = declared ?? share;
  while (
    declared === null && sequences > 1 &&
    (share % sequences > 0 || sequences * longest > maxTokens)
  ) sequences--;
  return { sequences, passes: share / sequences };
}
