import { assert, assertEquals, assertRejects } from "@std/assert";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import { Generator, type GeneratorOptions } from "../../src/policy/generator.ts";
import { pack } from "../../src/policy/packing.ts";
import type { Policy } from "../../src/policy/policy.ts";
import type { Completion } from "../../src/policy/row.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import { StopCondition } from "../../src/policy/stopping.ts";
import { randomWeights } from "../../src/policy/weights.ts";
import {
  ENDLESS,
  gap,
  GOLDEN_NAMES,
  goldenGroups,
  goldenPolicy,
  GREEDY,
  randomIds,
  streams,
} from "./golden.ts";

const generatorOf = (policy: Policy, options: Partial<GeneratorOptions> = {}) =>
  new Generator(policy.config, policy.weights, { threads: 1, maxRows: 64, ...options });
const SAMPLED = { temperature: 1, topP: 1, topK: 0, stop: ENDLESS };

/** Ragged prompts, each with a few streams of its own. */
const ragged = (counts: readonly number[], maxTokens = 24) =>
  [3, 1, 17, 40, 8].slice(0, counts.length).map((length, i) => ({
    prompt: randomIds(length, 40, "ragged", i),
    streams: streams(counts[i]!, "ragged", i),
    maxTokens: maxTokens + i,
  }));

for (const name of GOLDEN_NAMES) {
  Deno.test(`Generator continues ${name} as transformers does, token for token`, async () => {
    using policy = await goldenPolicy(name);
    using generator = generatorOf(policy);
    const groups = await goldenGroups(name);
    // Prompts of 1, 7 and 64 tokens in one batch; the last fills the context to its end.
    const requests = groups.map(({ prompt }) => ({
      prompt,
      streams: streams(1),
      maxTokens: 64,
    }));
    const completions = await generator.generate(requests, GREEDY);
    assertEquals(completions.map(([c]) => c!.tokens), groups.map(({ greedy }) => greedy));
    assert(completions.every(([c]) => c!.truncated));
  });

  Deno.test(`Generator and Scorer agree on ${name}'s log-probabilities`, async () => {
    using policy = await goldenPolicy(name);
    using generator = generatorOf(policy);
    for (const temperature of [1, 0.6]) {
      const requests = ragged([4, 2, 4, 3, 4]);
      const completions = await generator.generate(requests, { ...SAMPLED, temperature });
      const groups = requests.map(({ prompt }, i) => ({
        prompt,
        completions: completions[i]!.map(({ tokens, logProbs }) => ({ tokens, tag: logProbs })),
      }));
      using scorer = new Scorer(policy.config, policy.weights, { temperature, threads: 1 });
      for (const batch of pack(groups, { maxTokens: 512 })) {
        const expected = batch.entries.map(({ tag, index }) => tag[index]!);
        const worst = gap(await scorer.score(batch), expected);
        assert(worst < 1e-4, `temperature ${temperature}: ${worst}`);
      }
    }
  });
}

Deno.test("Generator gives each row the same rollout whichever rows share its batch", async () => {
  using policy = await goldenPolicy("qwen2");
  // Rows end at different times, so that batches shrink.
  const stop = new StopCondition([3, 9], [], policy.tokenizer);
  const counts = [3, 5, 1, 4, 2];
  const together = async (maxRows: number) => {
    using generator = generatorOf(policy, { maxRows });
    return await generator.generate(ragged(counts, 40), { ...SAMPLED, stop });
  };
  const reference = await together(64);
  const lengths = new Set(reference.flat().map(({ tokens }) => tokens.length));
  assert(lengths.size > 5 && reference.flat().some(({ truncated }) => !truncated));
  for (const maxRows of [1, 3, 8]) {
    const completions = await together(maxRows);
    completions.forEach((samples, i) =>
      samples.forEach(({ tokens, logProbs, truncated }, j) => {
        const expected = reference[i]![j]!;
        assertEquals([tokens, truncated], [expected.tokens, expected.truncated]);
        assert(gap(logProbs, expected.logProbs) < 1e-4);
      })
    );
  }
  // Other company altogether: one request alone, behind a longer one, twice in a list.
  using generator = generatorOf(policy);
  for (const places of [[1], [3, 1], [1, 1], [4, 0, 1]]) {
    const requests = places.map((place) => ragged(counts, 40)[place]!);
    const completions = await generator.generate(requests, { ...SAMPLED, stop });
    assertEquals(completions.at(-1)!.map((c) => c.tokens), reference[1]!.map((c) => c.tokens));
  }
});

for (const name of GOLDEN_NAMES) {
  Deno.test(`Generator writes from one copy of a prompt what it writes from many (${name})`, async () => {
    using policy = await goldenPolicy(name);
    // So many rows of so long prompts that a second copy of the weights is smaller than their caches; alone, a row has its own.
    const requests = () =>
      [60, 12, 37].map((length, i) => ({
        prompt: randomIds(length, 40, "shared", i),
        streams: streams([9, 6, 1][i]!, "shared", i),
        maxTokens: 45 + i,
      }));
    const stop = new StopCondition([3], [], policy.tokenizer);
    for (const temperature of [0, 0.9]) {
      const options = { ...SAMPLED, temperature, stop };
      using generator = generatorOf(policy);
      const together = await generator.generate(requests(), options);
      const lengths = new Set(together.flat().map(({ tokens }) => tokens.length));
      assert(temperature === 0 || lengths.size > 3, `${lengths.size}`);
      for (const [i, { streams, ...request }] of requests().entries()) {
        for (const [j, stream] of streams.entries()) {
          using single = generatorOf(policy);
          const [[alone]] = await single.generate([{ ...request, streams: [stream] }], options) as [
            [Completion],
          ];
          const found = together[i]![j]!;
          assertEquals([found.tokens, found.truncated], [alone.tokens, alone.truncated]);
          const worst = gap(found.logProbs, alone.logProbs);
          assert(worst < 1e-4, `${worst}`);
        }
      }
    }
  });
}

Deno.test("Generator keeps rows that are done in their place while others go on", async () => {
  using policy = await goldenPolicy("llama");
  using generator = generatorOf(policy);
  // The first ends at once and nearly fills its row of the cache; too few end with it to shrink the batch.
  const long = { prompt: randomIds(66, 40, "long"), streams: streams(1, "long"), maxTokens: 2 };
  const prompt = randomIds(2, 40, "short");
  const short = () => ({ prompt, streams: streams(7, "short"), maxTokens: 60 });
  const [, together] = await generator.generate([long, short()], SAMPLED);
  const [alone] = await generator.generate([short()], SAMPLED);
  assertEquals(together!.map((c) => c.tokens), alone!.map((c) => c.tokens));
});

Deno.test("Generator gives the same bytes every time it is asked", async () => {
  using policy = await goldenPolicy("llama");
  using generator = generatorOf(policy);
  const options = { ...SAMPLED, topP: 0.9, topK: 12, temperature: 1.3 };
  const first = await generator.generate(ragged([2, 3]), options);
  await generator.generate(ragged([4, 1, 2, 1, 1]), SAMPLED); // leaves another cache behind
  assertEquals(await generator.generate(ragged([2, 3]), options), first);
});

Deno.test("Generator computes a request once for all of its rows, also where waves cut it", async () => {
  using policy = await goldenPolicy("llama");
  using whole = generatorOf(policy, { maxRows: 16 });
  using cut = generatorOf(policy, { maxRows: 2 });
  const tokens = async (generator: Generator) =>
    (await generator.generate(ragged([5, 0, 4]), SAMPLED)).map((s) => s.map((c) => c.tokens));
  const expected = await tokens(whole);
  assertEquals(expected.map((samples) => samples.length), [5, 0, 4]);
  assertEquals(await tokens(cut), expected);
});

Deno.test("Generator ends a completion with a stop token or text, which stay in it", async () => {
  using policy = await goldenPolicy("qwen2");
  using generator = generatorOf(policy);
  const [, group] = await goldenGroups("qwen2");
  const { prompt, greedy } = group!;
  const request = { prompt, streams: streams(1), maxTokens: 64 };
  const run = async (stop: StopCondition, maxTokens = 64) => {
    const completions = await generator.generate([{ ...request, maxTokens }], { ...GREEDY, stop });
    const { tokens, truncated } = completions[0]![0]!;
    return { tokens: [...tokens], truncated };
  };
  const text = policy.tokenizer.decode(greedy);
  // Three characters: three tokens here, the end of which must be met at the right token.
  const part = text.slice(10, 13);
  const end = text.indexOf(part) + 3;
  const expected = { tokens: greedy.slice(0, end), truncated: false };
  assertEquals(await run(new StopCondition([], [part, "not there"], policy.tokenizer)), expected);
  // The budget's last token may be the one that ends it: then nothing was cut off.
  assertEquals(await run(new StopCondition([], [part], policy.tokenizer), end), expected);
  assertEquals(
    (await run(new StopCondition([], [part], policy.tokenizer), end - 1)).truncated,
    true,
  );
  const at = greedy.indexOf(greedy[20]!);
  assertEquals(await run(new StopCondition([greedy[20]!], [], policy.tokenizer)), {
    tokens: greedy.slice(0, at + 1),
    truncated: false,
  });
  assertEquals((await run(ENDLESS, 1)).tokens, greedy.slice(0, 1));
});

Deno.test("Generator reads weights as they are at the time", async () => {
  using policy = await goldenPolicy("qwen2");
  using generator = generatorOf(policy);
  const requests = ragged([1, 1], 8);
  const before = await generator.generate(requests, GREEDY);
  const copy = policy.copyWeights();
  for (const name of ["embedding", "layers.0.qkv"]) {
    policy.weights.get(name)!.data.forEach((value, i, data) => data[i] = value * (1 + i % 3));
  }
  assert(
    gap((await generator.generate(requests, GREEDY))[0]![0]!.logProbs, before[0]![0]!.logProbs) >
      0.1,
  );
  policy.setWeights(copy);
  assertEquals(await generator.generate(requests, GREEDY), before);
});

Deno.test("Generator refuses prompts that are empty or leave no room", async () => {
  using policy = await goldenPolicy("llama");
  using generator = generatorOf(policy);
  const request = (length: number, maxTokens: number) => ({
    prompt: randomIds(length, 40, "long"),
    streams: streams(1),
    maxTokens,
  });
  const refused = (length: number, maxTokens: number, message: string) =>
    assertRejects(
      () => generator.generate([request(3, 3), request(length, maxTokens)], GREEDY),
      RangeError,
      message,
    );
  await refused(0, 5, "request 1: a prompt of 0 tokens");
  await refused(5, 0, "request 1: a prompt of 5 tokens and 0 more");
  await refused(100, 29, "do not fit into a context of 128");
  await generator.generate([request(127, 1)], GREEDY);
});

Deno.test("Generator refuses logits that are not finite", async () => {
  using policy = await goldenPolicy("qwen2");
  using generator = generatorOf(policy);
  policy.weights.get("norm")!.data[4] = NaN;
  await assertRejects(() => generator.generate(ragged([1]), GREEDY), RangeError, "not finite");
});

Deno.test("Generator gives the same bytes whatever it has generated before: a stage that goes on has a fresh one", async () => {
  for (const name of GOLDEN_NAMES) {
    using policy = await goldenPolicy(name);
    using fresh = generatorOf(policy);
    using used = generatorOf(policy);
    // More rows and longer ones: its cache stays that large.
    await used.generate(ragged([12, 12, 12, 12, 12], 60), SAMPLED);
    const requests = () => ragged([2, 1, 2, 1, 1]);
    assertEquals(
      await used.generate(requests(), SAMPLED),
      await fresh.generate(requests(), SAMPLED),
    );
  }
});

Deno.test("Generator stretches positions where rows share their prompt, as Scorer does", async () => {
  const config = parsePolicyConfig({
    ...{ model_type: "llama", vocab_size: 40, hidden_size: 32, intermediate_size: 48 },
    ...{ num_hidden_layers: 2, num_attention_heads: 2, max_position_embeddings: 64 },
    rope_scaling: {
      ...{ rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
      original_max_position_embeddings: 16,
    },
  }, "config.json");
  const weights = randomWeights(config, 1, 0.3);
  using generator = new Generator(config, weights, { threads: 1, maxRows: 64 });
  // Many enough that one copy of the prompt's keys and values is read by all.
  const prompt = randomIds(40, 40, "shared");
  const requests = [{ prompt, streams: streams(60), maxTokens: 8 }];
  const [written] = await generator.generate(requests, SAMPLED);
  const completions = written!.map(({ tokens, logProbs }) => ({ tokens, tag: logProbs }));
  using scorer = new Scorer(config, weights, { temperature: 1, threads: 1 });
  for (const batch of pack([{ prompt, completions }], { maxTokens: 512 })) {
    const expected = batch.entries.map(({ tag, index }) => tag[index]!);
    assert(gap(await scorer.score(batch), expected) < 1e-4);
  }
});
