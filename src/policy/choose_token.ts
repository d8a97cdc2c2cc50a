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

/**
 * Draws a token from `logits [vocabulary]` with one number of the row's own stream (none when greedy). All sums are in
 * float64. Equal logits are ordered by id. A logit of −∞ has no chance.
 *
 * @throws {RangeError} where a logit is NaN or +∞, or all are −∞: the policy's weights are broken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Rng } from "../random/rng.ts";
 *
 * const greedy = { temperature: 0, topP: 1, topK: 0 };
 * assertEquals(chooseToken(Float32Array.of(0, 2, 1), greedy, new Rng(1)).token, 1);
 * ```
 */
export function chooseToken(logits: Float32Array, options: SamplingOptions, stream: Rng): Choice {
  const greedy = options.temperature === 0;
  const inverse = greedy ? 1 : 1 / options.temperature;
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  const top = logits[best]!;
  const mass = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    total += mass[i] = Math.exp((logits[i]! - top) * inverse);
  }
  // NaN and infinities anywhere among the logits show in the sum.
  if (!Number.isFinite(total)) throw new RangeError("the logits are not finite");
  const logTotal = Math.log(total);
  const chosen = greedy
    ? best
    : options.topP < 1 || options.topK > 0
    ? drawTruncated(mass, total, options, stream)
    : draw(mass, total, stream);
  return { token: chosen, logProb: (logits[chosen]! - top) * inverse - logTotal };
}

function draw(mass: Float64Array, total: number, stream: Rng): number {
  let rest = stream.next() * total;
  let last = 0;
  for (let i = 0; i < mass.length; i++) {
    if (mass[i] === 0) continue;
    last = i;
    rest -= mass[i]!;
    if (rest < 0) return i;
  }
  return last; // rounding left a remainder behind the last token
}

function drawTruncated(
  mass: Float64Array,
  total: number,
  { topP, topK }: SamplingOptions,
  stream: Rng,
): number {
  const order = Array.from(mass.keys()).sort((a, b) => mass[b]! - mass[a]! || a - b);
  const limit = topK > 0 ? Math.min(topK, order.length) : order.length;
  let kept = 0;
  let sum = 0;
  while (kept < limit && (kept === 0 || sum < topP * total)) {
    if (mass[order[kept]!] === 0) break;
    sum += mass[order[kept++]!]!;
  }
  let rest = stream.next() * sum;
  for (let i = 0; i < kept; i++) {
    rest -= mass[order[i]!]!;
    if (rest < 0) return order[i]!;
  }
  return order[kept - 1]!;
}
