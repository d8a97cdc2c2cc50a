/** @file A digest of weights, to tell whether they have changed. */
import type { Weights } from "./weights.ts";

const PRIME = 0x01000193;
const START = 0x811c9dc5;

/**
 * A digest of all weights in order: FNV-1a (Fowler, Noll and Vo) over 32-bit words, four of them side by side. Different weights have
 * the same one by accident alone, one time in 2¹²⁸; weights that differ in one number never do.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { HostTensor } from "../engine/ort/ort.ts";
 *
 * using w = HostTensor.zeros("float32", [5]);
 * const before = weightsDigest(new Map([["w", w]]));
 * assertEquals(weightsDigest(new Map([["w", w]])), before);
 * w.data[3] = 1e-30;
 * assertNotEquals(weightsDigest(new Map([["w", w]])), before);
 * ```
 */
export function weightsDigest(weights: Weights): string {
  let [a, b, c, d] = [START, START, START, START];
  for (const { data } of weights.values()) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const whole = words.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      a = Math.imul(a ^ words[i]!, PRIME);
      b = Math.imul(b ^ words[i + 1]!, PRIME);
      c = Math.imul(c ^ words[i + 2]!, PRIME);
      d = Math.imul(d ^ words[i + 3]!, PRIME);
    }
    for (let i = whole; i < words.length; i++) a = Math.imul(a ^ words[i]!, PRIME);
  }
  return [a, b, c, d].map((lane) => (lane >>> 0).toString(16)).join("-");
}
