import { assert, assertEquals } from "@std/assert";
import { Learner } from "../../src/algorithms/learner.ts";
import { ARCHITECTURES, type ModelType, modelTypeOf } from "../../src/policy/architectures.ts";
import { CheckpointFiles, writeCheckpoint } from "../../src/policy/checkpoint.ts";
import { Generator } from "../../src/policy/generator.ts";
import { pack } from "../../src/policy/packing.ts";
import { type RawTensor, SafetensorsFile } from "../../src/policy/safetensors.ts";
import { Scorer } from "../../src/policy/scorer.ts";
import { type Weights, weightsFromHf, weightsToHf } from "../../src/policy/weights.ts";
import {
  type ArchitectureCase,
  architectureCases,
  caseConfig,
  formulaTensors,
  projection,
  PROJECTIONS,
  sftGroups,
} from "./architecture_cases.ts";
import { inFolder, reading, TOKENIZER } from "./fixtures.ts";
import { GREEDY, streams } from "./golden.ts";
import { python, pythonTest } from "./python.ts";

const CASES = await architectureCases();

/** The weights of a case, for as long as `body` runs. */
async function withWeights<T>(
  model: ArchitectureCase,
  body: (weights: Weights) => Promise<T>,
): Promise<T> {
  const config = caseConfig(model);
  const weights = await weightsFromHf(config, reading(formulaTensors(config, model.seed)));
  try {
    return await body(weights);
  } finally {
    for (const tensor of weights.values()) tensor[Symbol.dispose]();
  }
}

/** `max |a − b| / max |b|`. */
function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assertEquals(a.length, b.length);
  let [error, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    error = Math.max(error, Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(b[i]!));
  }
  return error / size;
}

const norm = (x: ArrayLike<number>) =>
  Math.sqrt(Array.from(x).reduce((sum, value) => sum + value * value, 0));

/** Logits behind a prompt, up to what all have in common: the training pass is asked for every token of the vocabulary. */
async function logitsOf(model: ArchitectureCase, weights: Weights, prompt: readonly number[]) {
  const config = caseConfig(model);
  using scorer = new Scorer(config, weights, { temperature: 1, threads: 1 });
  const completions = Array.from(
    { length: config.vocabSize },
    (_, id) => ({ tokens: [id], tag: id }),
  );
  const found = new Array<number>(config.vocabSize);
  for (const batch of pack([{ prompt, completions }], { maxTokens: 256 })) {
    const logProbs = await scorer.score(batch);
    batch.entries.forEach(({ tag }, i) => found[tag] = logProbs[i]!);
  }
  return found;
}

function centred(x: ArrayLike<number>): number[] {
  const values = Array.from(x);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}

/** Loss of the fine-tuning batch, and its gradients by Hugging Face name. */
async function supervised(
  model: ArchitectureCase,
  weights: Weights,
): Promise<{ loss: number; gradients: Map<string, RawTensor> }> {
  const config = caseConfig(model);
  const before = new Map([...weights].map(([name, { data }]) => [name, data.slice()]));
  // With these settings, a step is the gradient itself.
  using learner = new Learner(config, weights, { kind: "likelihood" }, {
    betas: [0, 0],
    epsilon: 1e6,
    weightDecay: 0,
    maxGradNorm: 1e9,
    temperature: 1,
    threads: 1,
  });
  const batches = pack(sftGroups(model), { maxTokens: 160 });
  const count = batches.reduce((sum, { entries }) => sum + entries.length, 0);
  let loss = 0;
  for (const batch of batches) {
    const { loss: part } = await learner.accumulate(batch, {
      weights: batch.entries.map(() => 1 / count),
    });
    loss += part;
  }
  for (const { data } of weights.values()) data.fill(0); // so that a step is not rounded to the weights
  await learner.step(1e6);
  const gradients = new Map(
    [...weightsToHf(config, weights)].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => -x) },
    ]),
  );
  for (const [name, { data }] of weights) data.set(before.get(name)!);
  return { loss, gradients };
}

Deno.test("modelTypeOf() finds every architecture by its parts", () => {
  for (const [type, architecture] of Object.entries(ARCHITECTURES)) {
    assertEquals(modelTypeOf(architecture), type as ModelType);
  }
});

Deno.test("the golden models are of every architecture, with tied and untied embeddings", () => {
  const found = CASES.map((model) => [model.config["model_type"], model.name.split(" ")[1]].join());
  const types = Object.keys(ARCHITECTURES);
  assertEquals(found.sort(), types.flatMap((type) => [`${type},tied`, `${type},untied`]).sort());
  const scaled = CASES.filter((model) => caseConfig(model).ropeScaling !== null);
  assertEquals(scaled.map(({ name }) => name), ["llama tied", "llama untied"]);
});

for (const model of CASES) {
  const { name, continuations, sft } = model;

  Deno.test(`${name}: the training pass gives transformers' logits`, async () => {
    await withWeights(model, async (weights) => {
      for (const { prompt, logits } of continuations) {
        const found = await logitsOf(model, weights, prompt);
        const error = relativeError(centred(found), centred(logits));
        assert(error < 1e-4, `${prompt.length} tokens: ${error}`);
      }
    });
  });

  Deno.test(`${name}: greedy decoding gives transformers' 64 tokens`, async () => {
    await withWeights(model, async (weights) => {
      using generator = new Generator(caseConfig(model), weights, { threads: 1, maxRows: 4 });
      const requests = continuations.map(({ prompt }) => ({
        prompt,
        streams: streams(1),
        maxTokens: 64,
      }));
      const found = await generator.generate(requests, GREEDY);
      assertEquals(
        found.map(([completion]) => completion!.tokens),
        continuations.map(({ greedy }) => greedy),
      );
    });
  });

  Deno.test(`${name}: SFT has PyTorch's loss and gradients`, async () => {
    await withWeights(model, async (weights) => {
      const { loss, gradients } = await supervised(model, weights);
      assert(Math.abs(loss / sft.loss - 1) < 1e-4, `${loss} against ${sft.loss}`);
      assertEquals([...gradients.keys()], Object.keys(sft.gradients));
      for (const [parameter, { data }] of gradients) {
        const expected = sft.gradients[parameter]!;
        assert(Math.abs(norm(data) / expected.norm - 1) < 1e-4, parameter);
        // A product with a vector of variance 1/3 tells the norm of what differs, on average.
        const gaps = expected.projections.map((x, i) => projection(i, data) - x);
        const error = norm(gaps) * Math.sqrt(3 / PROJECTIONS) / expected.norm;
        assert(error < 1e-4, `${parameter}: ${error}`);
      }
    });
  });
}

const TRANSFORMERS = `
import json, sys, torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
torch.set_num_threads(1)
found = []
for case in json.load(open(sys.argv[1])):
    model, info = AutoModelForCausalLM.from_pretrained(case["dir"], dtype=torch.float32, output_loading_info=True)
    problems = [sorted(map(str, info[k])) for k in ("missing_keys", "unexpected_keys", "mismatched_keys")]
    model = model.double().eval()
    logits_of = lambda m: [m(torch.tensor([p])).logits[0, -1].tolist() for p in case["prompts"]]
    with torch.no_grad():
        logits = logits_of(model)
        half = AutoModelForCausalLM.from_pretrained(case["dir"], dtype=getattr(torch, case["dtype"]))
        half.save_pretrained(case["dir"] + ".half", max_shard_size="20KB")
        half = logits_of(half.double().eval())
    total, count = 0, 0
    for prompt, completions in case["groups"]:
        for tokens in completions:
            rows = model(torch.tensor([prompt + tokens])).logits[0, len(prompt) - 1:-1].log_softmax(-1)
            total, count = total - rows[torch.arange(len(tokens)), torch.tensor(tokens)].sum(), count + len(tokens)
    (total / count).backward()
    save_file({n: p.grad.float().contiguous() for n, p in model.named_parameters()}, case["dir"] + ".gradients")
    found.append({"kind": type(model).__name__, "problems": problems, "logits": logits, "half": half, "loss": (total / count).item()})
print(json.dumps(found))
`;

await pythonTest(
  "transformers opens what is saved of every architecture, and has the same logits and gradients",
  ["torch", "transformers", "safetensors"],
  inFolder(async (dir) => {
    const dirOf = (at: number) => `${dir}/${at}`;
    const requests = [];
    for (const [at, model] of CASES.entries()) {
      const config = caseConfig(model);
      const tensors = formulaTensors(config, model.seed);
      await writeCheckpoint(dirOf(at), { config, tokenizer: TOKENIZER, tensors });
      const prompts = model.continuations.map(({ prompt }) => prompt);
      const dtype = ["bfloat16", "float16"][at % 2];
      requests.push({ dir: dirOf(at), dtype, prompts, groups: model.sft.groups });
    }
    const found = await python(TRANSFORMERS, requests) as {
      kind: string;
      problems: unknown;
      logits: number[][];
      half: number[][];
      loss: number;
    }[];
    for (const [at, model] of CASES.entries()) {
      const { kind, problems, logits, half, loss } = found[at]!;
      assertEquals(kind, ARCHITECTURES[model.config["model_type"] as ModelType].className);
      assertEquals(problems, [[], [], []]);
      await withWeights(model, async (weights) => {
        for (const [i, { prompt }] of model.continuations.entries()) {
          const ours = await logitsOf(model, weights, prompt);
          assert(relativeError(centred(ours), centred(logits[i]!)) < 1e-4, model.name);
        }
        const shards = await CheckpointFiles.open(`${dirOf(at)}.half`);
        const names = [...Deno.readDirSync(shards.dir)].filter(({ name }) => /-of-/.test(name));
        assert(names.length > 1, model.name);
        const rounded = await weightsFromHf(shards.config, (name) => shards.pieces(name));
        for (const [i, { prompt }] of model.continuations.entries()) {
          const ours = await logitsOf(model, rounded, prompt);
          assert(relativeError(centred(ours), centred(half[i]!)) < 1e-4, `${model.name}, halved`);
        }
        for (const tensor of rounded.values()) tensor[Symbol.dispose]();
        const { loss: own, gradients } = await supervised(model, weights);
        assert(Math.abs(own / loss - 1) < 1e-4, model.name);
        const file = await SafetensorsFile.open(`${dirOf(at)}.gradients`);
        for (const [parameter, { data }] of gradients) {
          const theirs = (await file.read(parameter)).data;
          const error = norm(data.map((x, i) => x - theirs[i]!)) / norm(theirs);
          assert(error < 1e-4, `${model.name}: ${parameter}: ${error}`);
        }
      });
    }
  }),
);
