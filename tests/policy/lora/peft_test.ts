import { assert, assertEquals, assertRejects } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { Learner } from "../../../src/algorithms/learner.ts";
import { InputError } from "../../../src/errors.ts";
import { Adapter } from "../../../src/policy/lora/adapter.ts";
import type { LoraConfig } from "../../../src/policy/lora/config.ts";
import { loadAdapter, saveAdapter } from "../../../src/policy/lora/peft.ts";
import { pack } from "../../../src/policy/packing.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import { Scorer } from "../../../src/policy/scorer.ts";
import { gap, GOLDEN_NAMES, goldenFolder, goldenPolicy } from "../golden.ts";
import { python, pythonTest } from "../python.ts";

const FOLDER = new URL("../../golden/lora", import.meta.url).pathname;

interface GoldenAdapter {
  prompt: number[];
  completion: number[];
  /** Of every token, behind the prompt. */
  logProbs: number[];
  /** Mean over the completion. */
  loss: number;
  gradients: Record<string, { shape: [number, number]; data: number[] }>;
}

const GOLDEN: Record<string, GoldenAdapter> = JSON.parse(
  new TextDecoder().decode(gunzipSync(await Deno.readFile(`${FOLDER}.json.gz`))),
);

const OPTIONS = {
  betas: [0.9, 0.95],
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
  temperature: 1,
  threads: 1,
} as const;

/** Log-probability of every token behind a prompt, under the policy's weights as they are. */
async function everyToken({ config, weights }: Policy, prompt: readonly number[]) {
  using scorer = new Scorer(config, weights, { temperature: 1, threads: 1 });
  const completions = Array.from(
    { length: config.vocabSize },
    (_, id) => ({ tokens: [id], tag: id }),
  );
  const found: number[] = [];
  for (const batch of pack([{ prompt, completions }], { maxTokens: 64 })) {
    (await scorer.score(batch)).forEach((logProb, i) => found[batch.entries[i]!.tag] = logProb);
  }
  return found;
}

for (const name of GOLDEN_NAMES) {
  const golden = GOLDEN[name]!;

  Deno.test(`loadAdapter() and merging give PEFT's logits (${name})`, async () => {
    using policy = await goldenPolicy(name);
    const { lora, tensors } = await loadAdapter(`${FOLDER}/${name}`, policy.config);
    using adapter = new Adapter(policy.config, lora, policy.weights, tensors);
    assert(gap(await everyToken(policy, golden.prompt), golden.logProbs) > 0.1);
    adapter.merge();
    assert(gap(await everyToken(policy, golden.prompt), golden.logProbs) < 2e-5);
  });

  Deno.test(`Learner with an adapter has PEFT's loss and gradients (${name})`, async () => {
    using policy = await goldenPolicy(name);
    const { lora, tensors } = await loadAdapter(`${FOLDER}/${name}`, policy.config);
    using adapter = new Adapter(policy.config, lora, policy.weights, tensors);
    const objective = { kind: "likelihood" } as const;
    using learner = new Learner(policy.config, policy.weights, objective, OPTIONS, adapter);
    const { prompt, completion } = golden;
    const [batch] = pack([{ prompt, completions: [{ tokens: completion, tag: 0 }] }], {
      maxTokens: 64,
    });
    const weights = completion.map(() => 1 / completion.length);
    const { loss } = await learner.accumulate(batch!, { weights });
    assert(Math.abs(loss - golden.loss) < 1e-5 * golden.loss, `${loss}, expected ${golden.loss}`);
    const expected = Object.entries(golden.gradients);
    assertEquals(learner.gradients.size, expected.length);
    for (const [key, { shape: [rows, columns], data }] of expected) {
      const [, module, side] = /^base_model\.model\.(.*)\.lora_([AB])\.weight$/.exec(key)!;
      const found = learner.gradients.get(`${module}/${side}`)!;
      assertEquals(found.shape, [columns, rows]);
      const most = Math.max(...data.map(Math.abs));
      const turned = data.map((_, i) =>
        found.data[(i % columns) * rows + Math.floor(i / columns)]!
      );
      assert(gap(turned, data) < 1e-5 * most, `${key}: ${gap(turned, data)} of ${most}`);
    }
  });

  await pythonTest(
    `saveAdapter() writes what PEFT loads, with the same logits (${name})`,
    ["torch", "transformers", "peft"],
    async () => {
      using policy = await goldenPolicy(name);
      const lora: LoraConfig = {
        rank: 3,
        alpha: 5,
        dropout: 0.25,
        targetModules: ["k_proj", "o_proj", "gate_proj"],
      };
      const adapter = policy.adapt(lora, 1);
      for (const [name, { data }] of adapter.tensors) {
        if (name.endsWith("/B")) data.forEach((_, i) => data[i] = 0.1 * ((i % 7) - 3));
      }
      adapter.merge();
      const dir = `${await Deno.makeTempDir()}/adapter`;
      await saveAdapter(dir, lora, adapter.tensors, null);
      const theirs = await python(
        `
import json, sys, torch
from peft import PeftModel
from transformers import AutoModelForCausalLM
given = json.load(open(sys.argv[1]))
model = AutoModelForCausalLM.from_pretrained(given["policy"], dtype=torch.float32)
model = PeftModel.from_pretrained(model, given["adapter"]).double().eval()
config = model.peft_config["default"]
logits = model(torch.tensor([given["prompt"]])).logits[0, -1]
print(json.dumps({"logProbs": logits.log_softmax(-1).tolist(), "r": config.r, "alpha": config.lora_alpha,
                  "dropout": config.lora_dropout, "targets": sorted(config.target_modules)}))
`,
        { policy: goldenFolder(name), adapter: dir, prompt: golden.prompt },
      ) as { logProbs: number[]; r: number; alpha: number; dropout: number; targets: string[] };
      const { logProbs, ...settings } = theirs;
      assert(gap(await everyToken(policy, golden.prompt), logProbs) < 2e-5);
      assertEquals(settings, {
        r: 3,
        alpha: 5,
        dropout: 0.25,
        targets: ["gate_proj", "k_proj", "o_proj"],
      });
    },
  );
}

Deno.test("loadAdapter() refuses, naming the field, what it does not compute", async () => {
  using policy = await goldenPolicy("llama");
  const right = JSON.parse(await Deno.readTextFile(`${FOLDER}/llama/adapter_config.json`));
  const refused = async (changes: Record<string, unknown>, message: string) => {
    const dir = await Deno.makeTempDir();
    await Deno.copyFile(
      `${FOLDER}/llama/adapter_model.safetensors`,
      `${dir}/adapter_model.safetensors`,
    );
    await Deno.writeTextFile(
      `${dir}/adapter_config.json`,
      JSON.stringify({ ...right, ...changes }),
    );
    await assertRejects(() => loadAdapter(dir, policy.config), InputError, message);
  };
  await refused({ use_dora: true }, "adapter_config.json: use_dora: expected false, found true");
  await refused({ use_rslora: true }, "use_rslora: expected false, found true");
  await refused({ bias: "all" }, 'bias: expected "none", found "all"');
  await refused({ peft_type: "IA3" }, 'peft_type: expected "LORA", found "IA3"');
  await refused({ rank_pattern: { q_proj: 8 } }, "rank_pattern: expected {}");
  await refused({ r: 0 }, "r: expected a whole number, at least 1, found 0");
  await refused({ lora_dropout: 1 }, "lora_dropout: expected a number from 0 to below 1, found 1");
  await refused({ target_modules: ["q_porj"] }, 'found "q_porj"; did you mean "q_proj"?');
  await refused({ target_modules: "all-linear" }, "target_modules: expected a list of projections");
  await refused({ target_modules: ["q_proj"] }, "adapter_config.json calls for none of this name");
  await refused({ r: 3 }, "expected the shape [3,32], found [2,32]");
  await refused({ target_modules: [...right.target_modules, "k_proj"] }, "k_proj.lora_A.weight");
});
