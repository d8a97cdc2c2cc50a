import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { Generator } from "../../src/policy/generator.ts";
import { pack } from "../../src/policy/packing.ts";
import { Policy } from "../../src/policy/policy.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import { buildCharTokenizer } from "../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";
import { inFolder, SMALL, TOKENIZER } from "./fixtures.ts";
import {
  gap,
  GOLDEN_NAMES,
  goldenFolder,
  goldenPolicy,
  GREEDY,
  randomIds,
  streams,
} from "./golden.ts";
import { python, pythonTest } from "./python.ts";

Deno.test("Policy.save() and Policy.load() give the same policy back, also over an older one", async () => {
  await inFolder(async (dir) => {
    using policy = Policy.random(SMALL, TOKENIZER, 3, 0.02);
    await policy.save(`${dir}/policy`);
    policy.weights.get("head")!.data[7] = 0.25;
    await policy.save(`${dir}/policy`);
    using loaded = await Policy.load(`${dir}/policy`);
    assertEquals(loaded.config, policy.config);
    assertEquals(loaded.copyWeights(), policy.copyWeights());
    assertEquals(loaded.tokenizer.files, policy.tokenizer.files);
    assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["policy"]);
  })();
});

Deno.test("Policy.load() says which file is missing", async () => {
  await inFolder(async (dir) => {
    await assertRejects(() => Policy.load(dir), InputError, `${dir}/config.json`);
    await Deno.copyFile(`${goldenFolder("llama")}/config.json`, `${dir}/config.json`);
    await assertRejects(() => Policy.load(dir), InputError, `${dir}/model.safetensors`);
  })();
});

Deno.test("Policy.load() refuses heads that the engine cannot run", async () => {
  await inFolder(async (dir) => {
    using policy = Policy.random({ ...SMALL, headDim: 8 }, TOKENIZER, 1, 0.02);
    await policy.save(`${dir}/policy`); // valid for others
    await assertRejects(
      () => Policy.load(`${dir}/policy`),
      InputError,
      `${dir}/policy/config.json: head_dim: expected a multiple of 16, found 8`,
    );
  })();
});

Deno.test("Policy.copyWeights() is not changed by training; setWeights() puts it back", () => {
  using policy = Policy.random(SMALL, TOKENIZER, 1, 0.02);
  const copy = policy.copyWeights();
  const { data } = policy.weights.get("layers.0.down")!;
  const before = data[5]!;
  data[5] = 9;
  assertEquals(copy.get("layers.0.down")![5], before);
  policy.setWeights(copy);
  assertEquals(data[5], before);
});

Deno.test("Policy.prompts opens a plain prompt with the bos token where there is one", () => {
  const tokenizer = Tokenizer.of(buildCharTokenizer("ab", ["<bos>", "<eos>"]));
  const weights = new Map();
  const config = { ...SMALL, vocabSize: 4, bosTokenId: 0, eosTokenIds: [1] };
  using opened = new Policy(config, tokenizer, weights);
  using plain = new Policy({ ...config, bosTokenId: null }, tokenizer, weights);
  const ids = ({ prompts }: Policy, user: string) => prompts.encode({ system: "", user }).ids;
  assertEquals(ids(opened, "ab"), [0, 2, 3]);
  assertEquals(ids(plain, "ab"), [2, 3]);
  assertEquals(ids(plain, ""), []);
  for (const change of [{ add_bos_token: false }, { bos_token: null }]) {
    const json = JSON.parse(tokenizer.files["tokenizer_config.json"]);
    const text = JSON.stringify({ ...json, ...change });
    const without = Tokenizer.of({ ...tokenizer.files, "tokenizer_config.json": text });
    using policy = new Policy(config, without, weights); // as Qwen2.5 has it
    assertEquals(ids(policy, "ab"), [2, 3]);
  }
});

Deno.test("Policy.decodeCompletion() leaves out the token that ended it, and no other", () => {
  const tokenizer = Tokenizer.of(buildCharTokenizer("ab", ["<pad>", "<eos>"]));
  using policy = new Policy({ ...SMALL, vocabSize: 4, eosTokenIds: [1, 0] }, tokenizer, new Map());
  assertEquals(policy.decodeCompletion([2, 3, 1]), "ab");
  assertEquals(policy.decodeCompletion([2, 3, 0]), "ab");
  assertEquals(policy.decodeCompletion([1, 2, 3]), "<eos>ab");
  assertEquals(policy.decodeCompletion([2, 1, 1]), "a<eos>");
  assertEquals(policy.decodeCompletion([1]), "");
  assertEquals(policy.decodeCompletion([]), "");
});

const TRANSFORMERS = `
import json, sys, torch
from transformers import AutoModelForCausalLM, AutoTokenizer
torch.set_num_threads(1)
found = []
for case in json.load(open(sys.argv[1])):
    model = AutoModelForCausalLM.from_pretrained(case["dir"], dtype=torch.float32).double().eval()
    with torch.no_grad():
        ids = torch.tensor([case["prompt"] + case["tokens"]])
        n, m = len(case["prompt"]), len(case["tokens"])
        logits = model(ids).logits[0, n - 1:n + m - 1].log_softmax(-1)
        log_probs = logits[torch.arange(m), torch.tensor(case["tokens"])].tolist()
        greedy = model.generate(torch.tensor([case["prompt"]]), max_new_tokens=24, do_sample=False,
                                eos_token_id=None, pad_token_id=0)[0, n:].tolist()
    tokenizer = AutoTokenizer.from_pretrained(case["dir"])
    found.append({"kind": type(model).__name__, "logProbs": log_probs, "greedy": greedy,
                  "text": tokenizer.decode(case["digits"])})
print(json.dumps(found))
`;

await pythonTest(
  "Policy.save() writes what transformers opens, with the same log-probabilities and continuations",
  ["torch", "transformers"],
  inFolder(async (dir) => {
    const policies = [
      Policy.random({ ...SMALL, attentionBias: true, tieWordEmbeddings: false }, TOKENIZER, 5, 0.3),
      Policy.random({ ...SMALL, attentionBias: false, tieWordEmbeddings: true }, TOKENIZER, 6, 0.3),
      ...await Promise.all(GOLDEN_NAMES.map(goldenPolicy)),
    ];
    const [prompt, tokens] = [randomIds(9, 40, "save"), randomIds(30, 40, "saved")];
    const ids = { prompt, tokens, digits: [4, 5, 6] };
    const cases = GOLDEN_NAMES.map((name) => ({ dir: goldenFolder(name), ...ids }));
    const expected: { logProbs: Float32Array; greedy: readonly number[]; text: string }[] = [];
    for (const [i, policy] of policies.entries()) {
      const { config, weights, tokenizer } = policy;
      for (const [name, { data }] of i < 2 ? weights : []) {
        // Norms and biases that are not 1 and 0 show whether they arrive.
        if (/norm|Bias/.test(name)) data.forEach((x, at) => data[at] = x + Math.sin(at) / 4);
      }
      await policy.save(`${dir}/${i}`);
      cases.push({ dir: `${dir}/${i}`, ...ids });
      using scorer = new Scorer(config, weights, { temperature: 1, threads: 1 });
      const [batch] = pack([{ prompt, completions: [{ tokens, tag: 0 }] }], { maxTokens: 64 });
      using generator = new Generator(config, weights, { threads: 1, maxRows: 4 });
      const request = { prompt, streams: streams(1), maxTokens: 24 };
      const greedy = (await generator.generate([request], GREEDY))[0]![0]!;
      const text = tokenizer.decode(ids.digits);
      expected.push({ logProbs: await scorer.score(batch!), greedy: greedy.tokens, text });
      policy[Symbol.dispose]();
    }
    const found = await python(TRANSFORMERS, cases) as {
      kind: string;
      logProbs: number[];
      greedy: number[];
      text: string;
    }[];
    const [qwen2, llama] = ["Qwen2ForCausalLM", "LlamaForCausalLM"];
    assertEquals(found.map(({ kind }) => kind), [qwen2, llama, qwen2, llama, qwen2, llama]);
    found.slice(2).forEach(({ logProbs, greedy, text }, i) => {
      assert(gap(logProbs, expected[i]!.logProbs) < 1e-4);
      assertEquals(greedy, [...expected[i]!.greedy]);
      assertEquals(text, expected[i]!.text);
    });
    // What was theirs, read and written again, is still the same.
    assertEquals(found.slice(4), found.slice(0, 2));
  }),
);
