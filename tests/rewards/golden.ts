/** @file Vectors that a reference made. */
import { assertAlmostEquals, assertGreaterOrEqual } from "@std/assert";
import type { RewardDeclaration } from "../../src/rewards/declaration.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { acting, withTarget } from "./rollouts.ts";

/** [action, target, scores by name], see make_text_rewards.py. */
type GoldenCase = [string, string, Record<string, number>];

/** The parsed content of a gzipped JSON file in tests/golden. */
export async function readGolden<T>(name: string): Promise<T> {
  const file = await Deno.open(new URL(`../golden/${name}`, import.meta.url));
  const stream = file.readable.pipeThrough(new DecompressionStream("gzip"));
  return await new Response(stream).json() as T;
}

let cases: Promise<GoldenCase[]> | undefined;

/** Fails where a reward differs from a named score of its reference on any pair of texts. */
export async function assertGolden(
  name: string,
  declared: RewardDeclaration,
  tolerance = 1e-12,
): Promise<void> {
  const golden = await (cases ??= readGolden("text_rewards.json.gz"));
  assertGreaterOrEqual(golden.length, 500);
  const reward = await makeReward(declared);
  for (const [action, target, scores] of golden) {
    const { value } = await reward.score(acting(action), withTarget(target));
    assertAlmostEquals(value, scores[name]!, tolerance, JSON.stringify([name, action, target]));
  }
}
