import { assert, assertEquals, assertThrows } from "@std/assert";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import { InputError } from "../../../src/errors.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import { Generator } from "../../../src/policy/generator.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { Rng } from "../../../src/random/rng.ts";
import { grpoSetting } from "../../../src/trainers/embedded/grpo_items.ts";
import { RolloutSampler } from "../../../src/trainers/embedded/rollout_sampler.ts";
import { DATA, startFolder } from "./runs.ts";

const TASKS = await loadTraining(DATA);

/** Runs `body` with a sampler of step instances. */
async function withSampler<T>(
  options: Partial<SrlOptions>,
  body: (sampler: RolloutSampler, policy: Policy) => Promise<T> | T,
): Promise<T> {
  const small = { updates: 1, learningRate: 1e-3, rollouts: 3, maxTokens: 16 };
  const stage = srlSchema.parse(srl({ ...small, ...options }));
  using policy = await Policy.load(await startFolder());
  using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 64 });
  const rng = new Rng("srl", 1);
  const setting = grpoSetting(stage, TASKS, rng);
  return await body(new RolloutSampler(policy, generator, stage, setting, rng), policy);
}

Deno.test("RolloutSampler samples the same groups however many are asked for at once", async () => {
  const texts = (counts: number[]) =>
    withSampler({}, async (sampler) => {
      const found: [string, string[], readonly number[]][] = [];
      for (const count of counts) {
        for (const { item, rollouts, rewards } of await sampler.sample(count)) {
          found.push([item.id, rollouts.map(({ text }) => text), rewards]);
        }
      }
      return found;
    });
  const whole = await texts([6]);
  assertEquals(whole.length, 6);
  assertEquals(await texts([1, 2, 3]), whole);
  assertEquals(await texts([6]), whole);
});

Deno.test("RolloutSampler gives each rollout of a group a stream of its own", async () => {
  await withSampler({ rollouts: 8, temperature: 2 }, async (sampler) => {
    for (const { rollouts } of await sampler.sample(4)) {
      assert(new Set(rollouts.map(({ text }) => text)).size > 4);
    }
  });
});

Deno.test("RolloutSampler samples other rollouts when a prompt comes again", async () => {
  await withSampler({ rollouts: 8, temperature: 2 }, async (sampler) => {
    const all = TASKS.train!.reduce((n, { steps }) => n + steps.length, 0);
    const texts = (await sampler.sample(2 * all)).map(({ item, rollouts }) =>
      [item.id, rollouts.map(({ text }) => text).join("|")] as const
    );
    const first = new Map(texts.slice(0, all));
    assertEquals(first.size, all);
    for (const [id, text] of texts.slice(all)) assert(first.get(id) !== text, id);
  });
});

Deno.test("RolloutSampler judges what was written, and what was cut off as the worst", async () => {
  await withSampler({ maxTokens: 12, rollouts: 8 }, async (sampler, policy) => {
    const all = (await sampler.sample(6)).flatMap(({ rollouts, rewards }) =>
      rollouts.map((rollout, i) => ({ ...rollout, reward: rewards[i]! }))
    );
    for (const { completion, text, outcome, reward } of all) {
      assertEquals(text, policy.decodeCompletion(completion.tokens));
      assertEquals(outcome.reward, reward);
      if (!completion.truncated) {
        assert(text.endsWith("\n") || completion.tokens.at(-1) === policy.config.eosTokenIds[0]);
        assert(outcome.formatError !== "truncated");
        continue;
      }
      assertEquals(completion.tokens.length, 12);
      assertEquals([reward, outcome.formatError, outcome.action], [-1, "truncated", null]);
    }
    const cut = all.filter(({ completion }) => completion.truncated).length;
    assert(cut > 3 && cut < all.length, `${cut} of ${all.length}`);
  });
});

Deno.test("RolloutSampler.encode() names a prompt that does not fit with its completion", async () => {
  const item = { id: "p1", prompt: "a=1\n", target: "", maxTokens: 155 };
  await withSampler({}, (sampler, policy) => {
    const expected = policy.prompts.encode({ system: "", user: "a=1\n" });
    assertEquals(sampler.encode(item), expected); // 5 and 155 fill the context
    assertThrows(
      () => sampler.encode({ ...item, maxTokens: 156 }),
      InputError,
      "max_position_embeddings: found 160; expected at least 161: p1 has a prompt of 5 tokens",
    );
  });
  await withSampler({ microBatchTokens: 159 }, (sampler) => {
    assertThrows(
      () => sampler.encode(item),
      InputError,
      "microBatchTokens: found 159; expected at least 160: p1 has a prompt of 5 tokens, and maxTokens is 155",
    );
  });
});
