import { assert, assertEquals, assertRejects } from "@std/assert";
import { Device } from "../../src/engine/device.ts";
import { DeviceDecoder } from "../../src/policy/device/decoder.ts";
import { DeviceWeights, type Precision } from "../../src/policy/device/weights.ts";
import { Generator } from "../../src/policy/generator.ts";
import { pack } from "../../src/policy/packing.ts";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import { Policy } from "../../src/policy/policy.ts";
import type {
  Completion,
  GenerationOptions,
  GenerationRequest,
  Row,
} from "../../src/policy/row.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import { StopCondition } from "../../src/policy/stopping.ts";
import { buildCharTokenizer } from "../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";
import { useSoftwareVulkan, WITHOUT_VULKAN } from "../vulkan/driver.ts";
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

const ignore = WITHOUT_VULKAN !== null;
const why = ignore ? ` (${WITHOUT_VULKAN})` : "";
const SAMPLED = { temperature: 0.9, topP: 1, topK: 0, stop: ENDLESS };

function live(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `${name}${why}`,
    ignore,
    async fn() {
      useSoftwareVulkan();
      await fn();
    },
  });
}

/** What a policy writes with its weights on a device. */
async function onDevice(
  policy: Policy,
  requests: readonly GenerationRequest[],
  options: GenerationOptions,
  { maxRows = 64, precision = "float32" }: { maxRows?: number; precision?: Precision } = {},
): Promise<Completion[][]> {
  using held = new DisposableStack();
  const device = held.use(new Device("webgpu"));
  const resident = held.use(new DeviceWeights(device, policy.weights, precision));
  const generator = held.use(
    new Generator(policy.config, policy.weights, { threads: 1, maxRows, resident }),
  );
  return await generator.generate(requests, options);
}

/** Prompts of unequal length with unequal numbers of continuations, of budgets of their own. */
const ragged = (counts: readonly number[], maxTokens = 12) =>
  [3, 1, 17, 40, 8].slice(0, counts.length).map((length, i) => ({
    prompt: randomIds(length, 40, "ragged", i),
    streams: streams(counts[i]!, "ragged", i),
    maxTokens: maxTokens + i,
  }));

/** Largest difference between the log-probabilities of completions and those of a forward pass on the processor. */
async function scoreGap(
  policy: Policy,
  temperature: number,
  requests: readonly GenerationRequest[],
  completions: readonly (readonly Completion[])[],
): Promise<number> {
  using scorer = new Scorer(policy.config, policy.weights, { temperature, threads: 1 });
  const groups = requests.map(({ prompt }, i) => ({
    prompt,
    completions: completions[i]!.map(({ tokens, logProbs }) => ({ tokens, tag: logProbs })),
  }));
  let worst = 0;
  for (const batch of pack(groups, { maxTokens: 512 })) {
    const found = batch.entries.map(({ tag, index }) => tag[index]!);
    worst = Math.max(worst, gap(await scorer.score(batch), found));
  }
  return worst;
}

for (const name of GOLDEN_NAMES) {
  live(`A device continues ${name} as transformers does, token for token`, async () => {
    using policy = await goldenPolicy(name);
    const groups = await goldenGroups(name);
    const requests = groups.map(({ prompt }) => ({ prompt, streams: streams(1), maxTokens: 64 }));
    const completions = await onDevice(policy, requests, GREEDY);
    assertEquals(completions.map(([c]) => c!.tokens), groups.map(({ greedy }) => greedy));
    assert(await scoreGap(policy, 1, requests, completions) < 1e-4);
  });

  live(`A device draws from ${name} as the processor does with the same numbers`, async () => {
    using policy = await goldenPolicy(name);
    const counts = [4, 2, 4, 3, 1];
    const found = await onDevice(policy, ragged(counts), SAMPLED);
    using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 64 });
    const expected = await generator.generate(ragged(counts), SAMPLED);
    const same = found.flat().filter(({ tokens }, i) =>
      `${tokens}` === `${expected.flat()[i]!.tokens}`
    );
    // Rounding decides where a number falls on the border between two tokens.
    assert(same.length >= 13, `${same.length} of 14 are the same`);
    assert(await scoreGap(policy, 0.9, ragged(counts), found) < 1e-4);
  });
}

live("A device decodes heads of keys as many as of queries, in stretched positions", async () => {
  const config = parsePolicyConfig({
    ...{ model_type: "llama", vocab_size: 40, hidden_size: 32, intermediate_size: 48 },
    ...{ num_hidden_layers: 2, num_attention_heads: 2, max_position_embeddings: 64 },
    rope_scaling: {
      ...{ rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
      original_max_position_embeddings: 16,
    },
  }, "config.json");
  const letters = Array.from({ length: 37 }, (_, i) => String.fromCharCode(65 + i)).join("");
  const tokenizer = Tokenizer.of(buildCharTokenizer(letters, ["<pad>", "<bos>", "<eos>"]));
  using policy = Policy.random(config, tokenizer, 1, 0.3);
  const counts = [4, 2, 4, 3];
  const found = await onDevice(policy, ragged(counts), SAMPLED);
  assert(await scoreGap(policy, 0.9, ragged(counts), found) < 1e-4);
});

live("A device keeps to topK, to budgets and to stops, in waves of any size", async () => {
  using policy = await goldenPolicy(GOLDEN_NAMES[0]!);
  const counts = [4, 2, 4, 3, 1];
  const few = { ...SAMPLED, topK: 2 };
  const all = await onDevice(policy, ragged(counts), few);
  const waves = await onDevice(policy, ragged(counts), few, { maxRows: 5 });
  assertEquals(waves.map((group) => group.length), counts);
  assertEquals(all.flat().map(({ tokens }) => tokens), waves.flat().map(({ tokens }) => tokens));
  assert(await scoreGap(policy, 0.9, ragged(counts), all) < 1e-4);
  all.forEach((group, i) => {
    for (const { tokens, truncated } of group) {
      assertEquals([tokens.length, truncated], [12 + i, true]);
    }
    // Of two tokens each, four continuations begin with no more than two.
    assert(new Set(group.map(({ tokens }) => tokens[0])).size <= 2);
  });

  const [first] = all[0]!;
  const ends = new StopCondition([first!.tokens[3]!], [], policy.tokenizer);
  const [stopped] = await onDevice(policy, ragged([4]), { ...few, stop: ends });
  const at = first!.tokens.indexOf(first!.tokens[3]!);
  assertEquals(stopped![0]!.tokens, first!.tokens.slice(0, at + 1));
  assertEquals(stopped![0]!.truncated, false);
});

live("A device decodes in float16 within its precision", async () => {
  for (const name of GOLDEN_NAMES) {
    using policy = await goldenPolicy(name);
    const counts = [4, 2, 4, 3, 1];
    const found = await onDevice(policy, ragged(counts), SAMPLED, { precision: "float16" });
    const gap = await scoreGap(policy, 0.9, ragged(counts), found);
    assert(gap > 1e-5 && gap < 0.1, `${gap}`); // it is another precision, and near
  }
});

live(
  "A device goes on with the rows that are left, and with more room, as the processor does",
  async () => {
    using policy = await goldenPolicy(GOLDEN_NAMES[0]!);
    // Budgets end rows one by one, whole prompts of them, and beyond a block of the cache.
    const budgets = [2, 30, 100, 5, 70];
    const requests = () =>
      ragged([3, 1, 4, 2, 5]).map((request, i) => ({ ...request, maxTokens: budgets[i]! }));
    const ends = new StopCondition([1, 2, 3], [], policy.tokenizer);
    for (const precision of ["float32", "float16"] as const) {
      for (const stop of [ENDLESS, ends]) {
        const options = { ...SAMPLED, stop };
        const found = await onDevice(policy, requests(), options, { precision });
        const most = precision === "float32" ? 1e-4 : 0.1;
        assert(await scoreGap(policy, 0.9, requests(), found) < most);
        using generator = new Generator(policy.config, policy.weights, { threads: 1, maxRows: 64 });
        const expected = await generator.generate(requests(), options);
        const same = found.flat().filter(({ tokens }, i) =>
          `${tokens}` === `${expected.flat()[i]!.tokens}`
        );
        if (precision === "float32") assert(same.length >= 13, `${same.length} of 15 are the same`);
        found.forEach((group, i) => {
          for (const { tokens, truncated } of group) {
            assertEquals(truncated, tokens.length === budgets[i] && !stop.isMet(tokens));
          }
        });
      }
    }
  },
);

Deno.test("DeviceDecoder.wavesOf() bounds logits, the prompts' scores and keys", () => {
  const config = parsePolicyConfig({
    ...{ model_type: "llama", vocab_size: 1 << 20, hidden_size: 64, intermediate_size: 8 },
    ...{ num_hidden_layers: 1, num_attention_heads: 4, max_position_embeddings: 1 << 20 },
  }, "config.json");
  // Waves are cut before anything is asked of the device.
  using decoder = new DeviceDecoder(config, {} as DeviceWeights, 1);
  const waves = (prompts: number, samples: number, prompt: number, maxTokens: number) => {
    const rows = Array.from({ length: prompts }, () => {
      const request = { prompt: Array(prompt).fill(3), maxTokens, streams: [] };
      return Array.from({ length: samples }, () => ({ request }) as unknown as Row);
    }).flat();
    return [...decoder.wavesOf(rows, 64)].map((wave) => wave.length);
  };
  assertEquals(waves(1, 40, 4, 4), [32, 8]); // 32 × 2^20 logits
  assertEquals(waves(5, 1, 2048, 4), [2, 2, 1]); // 2 × 4 heads × 2048² scores
  assertEquals(waves(1, 20, 4, 65536), [8, 8, 4]); // 8 × 4 heads × 65536 tokens × 16
  assertEquals(waves(2, 1, 8192, 4), [1, 1]); // one row is a wave at least
});

live("A device refuses to draw from weights that are no numbers", async () => {
  using policy = await goldenPolicy(GOLDEN_NAMES[0]!);
  policy.weights.get("norm")!.data[0] = NaN;
  await assertRejects(
    () => onDevice(policy, ragged([2]), SAMPLED),
    RangeError,
    "the logits are not finite",
  );
});
