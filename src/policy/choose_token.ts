/** @file The next token from its logits. */
import type { Rng } from "../random/rng.ts";

/** How tokens are drawn. */
export interface SamplingOptions {
  /** Logits are divided by it; 0 takes the most probable token (greedy). */
  readonly temperature: number;
  /**
   * Draw among the fewest most probable tokens whose probabilities at this temperature add up to it (Holtzman et al.,
   * arXiv 1904.09751); 1 for all. The probabilities are those of the whole vocabulary, whatever `topK` is.
   */
  readonly topP: number;
  /** Draw among this many of the most probable tokens; 0 for all. */
  readonly topK: number;
}

/** A drawn token. */
export interface Choice {
  /** Its id. */
  readonly token: number;
  /**
   * Its log-probability under the policy at this temperature, over the whole vocabulary: what the training forward pass
   * computes, so that their ratio is 1 before the first update whatever `topP` and `topK` are. Greedy: at temperature 1.
   */
  readonly logProb: number;
}

/** What rounding in float32 may take from the sum of the probabilities, or add to it; more means broken weights. */
const SUM_TOLERANCE = 1e-3;

/**
 * Draws a token from the policy's `probabilities [vocabulary]` at the temperature (at 1 when greedy) with one number of
 * the row's own stream (none when greedy). Sums are in float64. Equal probabilities are ordered by id. A token of
 * probability 0 has no chance.
 *
 * @throws {RangeError} where the probabilities do not add up to 1: a logit is not finite, the policy's weights are broken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const greedy = { temperature: 0, topP: 1, topK: 0 };
 * assertEquals(chooseToken(Float32Array.of(0.1, 0.7, 0.2), greedy, new Rng(1)).token, 1);
 * ```
 */
export function chooseToken(
  probabilities: Float32Array,
  options: SamplingOptions,
  stream: Rng,
): Choice {
  const truncated = options.topP < 1 || options.topK > 0;
  const token = options.temperature === 0
    ? mostProbable(probabilities)
    : truncated
    ? drawTruncated(probabilities, options, stream)
    : draw(probabilities, stream.next());
  return { token, logProb: Math.log(probabilities[token]!) };
}

function mostProbable(probabilities: Float32Array): number {
  let best = 0;
  for (let i = 1; i < probabilities.length; i++) {
    if (probabilities[i]! > probabilities[best]!) best = i;
  }
  checkedSum(probabilities);
  return best;
}

/** The token at a place between 0 and 1 where all tokens lie side by side. */
function draw(probabilities: Float32Array, place: number): number {
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    sum += probabilities[i]!;
    if (place < sum) return i;
  }
  // The rounded sum falls short of 1, and the place lies behind it.
  return draw(probabilities, place * checkedSum(probabilities));
}

function drawTruncated(
  probabilities: Float32Array,
  { topP, topK }: SamplingOptions,
  stream: Rng,
): number {
  const total = checkedSum(probabilities);
  const order = Array.from(probabilities.keys())
    .sort((a, b) => probabilities[b]! - probabilities[a]! || a - b);
  const limit = topK > 0 ? Math.min(topK, order.length) : order.length;
  let kept = 0;
  let sum = 0;
  while (kept < limit && (kept === 0 || sum < topP * total)) {
    if (probabilities[order[kept]!] === 0) break;
    sum += probabilities[order[kept++]!]!;
  }
  let rest = stream.next() * sum;
  for (let i = 0; i < kept; i++) {
    rest -= probabilities[order[i]!]!;
    if (rest < 0) return order[i]!;
  }
  return order[kept - 1]!;
}

function checkedSum(probabilities: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) sum += probabilities[i]!;
  if (!(Math.abs(sum - 1) < SUM_TOLERANCE)) throw new RangeError("the logits are not finite");
  return sum;
}
