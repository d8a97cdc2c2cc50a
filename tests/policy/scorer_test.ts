import { assert, assertEquals } from "@std/assert";
import { pack, type PromptGroup } from "../../src/policy/packing.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import {
  gap,
  GOLDEN_NAMES,
  goldenGroups,
  goldenPolicy,
  randomIds,
  scoredGroups,
} from "./golden.ts";

const OPTIONS = { temperature: 1, threads: 1 };

/** Log-probabilities of each completion, in the order of the groups, found again by its tag. */
async function scores(
  policy: Policy,
  groups: readonly PromptGroup<string>[],
  maxTokens: number,
): Promise<Map<string, number[]>> {
  using scorer = new Scorer(policy.config, policy.weights, OPTIONS);
  const found = new Map<string, number[]>();
  for (const batch of pack(groups, { maxTokens })) {
    (await scorer.score(batch)).forEach((logProb, i) => {
      const { tag, index } = batch.entries[i]!;
      const list = found.get(tag) ?? [];
      list[index] = logProb;
      found.set(tag, list);
    });
  }
  return found;
}

for (const name of GOLDEN_NAMES) {
  Deno.test(`Scorer gives the log-probabilities of transformers for ${name}`, async () => {
    using policy = await goldenPolicy(name);
    using scorer = new Scorer(policy.config, policy.weights, OPTIONS);
    let worst = 0;
    for (const batch of pack(scoredGroups(await goldenGroups(name)), { maxTokens: 512 })) {
      const logProbs = await scorer.score(batch);
      batch.entries.forEach(({ tag, index }, i) => {
        const expected = tag[index]!;
        worst = Math.max(
          worst,
          Math.abs(logProbs[i]! - expected) / Math.max(1, Math.abs(expected)),
        );
      });
    }
    assert(worst < 1e-5, `relative difference ${worst}`);
  });

  Deno.test(`Scorer gives ${name} equal scores packed and one by one`, async () => {
    using policy = await goldenPolicy(name);
    const groups = [1, 9, 30, 17].map((length, g) => ({
      prompt: randomIds(length, 40, "prompt", g),
      completions: [7, 1, 12, 20].map((count, c) => ({
        tokens: randomIds(count, 40, "completion", g, c),
        tag: `${g} ${c}`,
      })),
    }));
    const alone = new Map<string, number[]>();
    for (const { prompt, completions } of groups) {
      for (const completion of completions) {
        const found = await scores(policy, [{ prompt, completions: [completion] }], 128);
        alone.set(completion.tag, found.get(completion.tag)!);
      }
    }
    // Everything in one row, divided groups, and many short rows.
    for (const maxTokens of [512, 96, 51]) {
      const packed = await scores(policy, groups, maxTokens);
      assertEquals(packed.size, alone.size);
      for (const [tag, logProbs] of alone) {
        assert(gap(packed.get(tag)!, logProbs) < 2e-5, `${tag} in micro-batches of ${maxTokens}`);
      }
    }
  });
}

Deno.test("Scorer divides logits by the temperature", async () => {
  using policy = await goldenPolicy("llama");
  const prompt = randomIds(5, 40, "temperature");
  const every = Array.from({ length: 40 }, (_, token) => ({ tokens: [token], tag: 0 }));
  const [batch] = pack([{ prompt, completions: every }], { maxTokens: 64 });
  const at = async (temperature: number) => {
    using scorer = new Scorer(policy.config, policy.weights, { threads: 1, temperature });
    return await scorer.score(batch!);
  };
  const [cold, plain] = [await at(0.5), await at(1)];
  // p^(1/T), normalised again.
  const total = Math.log(plain.reduce((sum, logProb) => sum + Math.exp(2 * logProb), 0));
  assert(gap(cold, plain.map((logProb) => 2 * logProb - total)) < 2e-5);
});

Deno.test("Scorer reads weights as they are at the time", async () => {
  using policy = await goldenPolicy("qwen2");
  const [batch] = pack([{ prompt: [5], completions: [{ tokens: [7, 8], tag: 0 }] }], {
    maxTokens: 64,
  });
  using scorer = new Scorer(policy.config, policy.weights, OPTIONS);
  const before = await scorer.score(batch!);
  const copy = policy.copyWeights();
  policy.weights.get("layers.0.out")!.data[3]! += 0.5;
  assert(gap(await scorer.score(batch!), before) > 1e-3);
  policy.setWeights(copy);
  assertEquals(await scorer.score(batch!), before);
});
