/** @file Seeds as the command line takes them. */
import { InputError } from "../errors.ts";

/** Runs of one experiment that a mistyped number must not start. */
const MOST = 1000;

/**
 * `5` is the seeds 1 to 5; `1,2,7` is these. Ascending, so that the order in which they are written does not count.
 *
 * @throws {InputError} For anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSeeds("3"), [1, 2, 3]);
 * assertEquals(parseSeeds("7,2"), [2, 7]);
 * ```
 */
export function parseSeeds(text: string): number[] {
  const parts = text.split(",").map((part) => part.trim());
  const seeds = parts.map((part) => /^\d{1,10}$/.test(part) ? Number(part) : NaN);
  const [first = NaN] = seeds;
  const wrong = seeds.length === 1
    ? !(first >= 1 && first <= MOST)
    : seeds.some((seed) => !(seed <= 4294967295)) || new Set(seeds).size < seeds.length;
  if (wrong) {
    throw new InputError(
      `--seeds: found ${JSON.stringify(text)}; expected how many (1 to ${MOST}), ` +
        "or different seeds separated by commas, e.g. 1,2,7",
    );
  }
  if (seeds.length === 1) return Array.from({ length: first }, (_, i) => i + 1);
  return seeds.sort((a, b) => a - b);
}
