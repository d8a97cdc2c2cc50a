import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { defaultRows, EmbeddedInference } from "../../src/inference/embedded_inference.ts";
import type { InferenceAnswer, InferenceRequest } from "../../src/inference/inference.ts";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import { Policy } from "../../src/policy/policy.ts";
import { buildCharTokenizer } from "../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";

const CONTEXT = 32;

function randomPolicy(): Policy {
  const fields = {
    model_type: "llama",
    vocab_size: 8,
    hidden_size: 16,
    intermediate_size: 24,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    max_position_embeddings: CONTEXT,
  };
  const tokenizer = Tokenizer.of(buildCharTokenizer("abcde", ["<pad>", "<bos>", "<eos>"]));
  return Policy.random(parsePolicyConfig(fields, "config.json"), tokenizer, 1, 0.3);
}

const request = (changes: Partial<InferenceRequest> = {}): InferenceRequest => ({
  id: "p1",
  prompt: { system: "", user: "ab" },
  temperature: 1,
  seed: 1,
  maxTokens: 12,
  ...changes,
});

async function ask(
  policy: Policy,
  requests: readonly InferenceRequest[],
  maxRows: number | undefined,
): Promise<InferenceAnswer[]> {
  const options = { threads: 1, ...maxRows === undefined ? {} : { maxRows } };
  using inference = new EmbeddedInference(policy, { model: "m" }, options);
  const answers: InferenceAnswer[] = [];
  await inference.answer(requests, (place, answer) => {
    assertEquals(answers[place], undefined);
    answers[place] = answer;
    return Promise.resolve();
  });
  return answers;
}

Deno.test("EmbeddedInference gives each request its own completion, whatever shares its batch", async () => {
  using policy = randomPolicy();
  const requests = Array.from({ length: 20 }, (_, i) =>
    request({
      seed: i,
      temperature: i % 3 === 0 ? 0 : 1,
      maxTokens: 6 + i % 2,
      prompt: { system: "", user: i % 4 < 2 ? "ab" : "cde" },
    }));
  const alone = await Promise.all(requests.map(async (one) => (await ask(policy, [one], 1))[0]));
  for (const maxRows of [1, 3, 64]) assertEquals(await ask(policy, requests, maxRows), alone);
  const texts = new Set(alone.map((answer) => answer?.text));
  assert(texts.size > 8, "seeds matter");
});

Deno.test("EmbeddedInference tells a completion that its budget ended from one that ended itself", async () => {
  using policy = randomPolicy();
  const requests = Array.from({ length: 40 }, (_, seed) => request({ seed }));
  const answers = await ask(policy, requests, 64);
  const cut = answers.filter(({ truncated }) => truncated);
  assert(cut.length > 0 && cut.length < answers.length);
  for (const { tokens, truncated } of answers) assert(truncated ? tokens === 12 : tokens <= 12);
});

Deno.test("EmbeddedInference without a budget writes until the context is full", async () => {
  using policy = randomPolicy();
  const requests = Array.from({ length: 64 }, (_, seed) => request({ seed, maxTokens: null }));
  const longest = (await ask(policy, requests, 64)).filter(({ truncated }) => truncated);
  assert(longest.length > 0);
  for (const { tokens } of longest) assertEquals(tokens, CONTEXT - 3);
});

Deno.test("EmbeddedInference refuses a prompt that does not fit before it decodes anything", async () => {
  using policy = randomPolicy();
  const asked = [request(), request({ id: "p9", maxTokens: 40 })];
  await assertRejects(() => ask(policy, asked, 8), InputError, "p9 has a prompt of 3 tokens");
  const foreign = request({ id: "p7", prompt: { system: "", user: "xyz" } });
  await assertRejects(() => ask(policy, [foreign], 8), InputError, "p7: text: expected characters");
});

Deno.test("EmbeddedInference decodes as many at once as have room, where nobody says how many", async () => {
  const config = { layers: 28, kvHeads: 8, headDim: 128 };
  assertEquals(defaultRows(config, 2 ** 20), 1, "one, however long");
  assertEquals(defaultRows({ layers: 1, kvHeads: 1, headDim: 16 }, 32), 256);
  const rows = defaultRows(config, 1000);
  const bytes = 8 * config.layers * config.kvHeads * config.headDim * 1000;
  assert(rows * bytes <= 2 ** 31 && (rows + 1) * bytes > 2 ** 31);
  using policy = randomPolicy();
  const requests = Array.from({ length: 10 }, (_, seed) => request({ seed }));
  assertEquals(await ask(policy, requests, undefined), await ask(policy, requests, 3));
});
