import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { hashCheckpoint } from "../../src/experiment/contents.ts";
import { InputError } from "../../src/errors.ts";
import { CheckpointFiles, writeCheckpoint } from "../../src/policy/checkpoint.ts";
import { parameterShapes } from "../../src/policy/config.ts";
import { writeSafetensors } from "../../src/policy/safetensors.ts";
import { inFolder, SMALL, tensorsOf, TOKENIZER } from "./fixtures.ts";
import { python, pythonTest } from "./python.ts";

/** The files that make a policy what it is. */
const POLICY_FILES = [
  "chat_template.jinja",
  "config.json",
  "generation_config.json",
  "model.safetensors",
  "tokenizer.json",
  "tokenizer_config.json",
];

const POLICY = { config: SMALL, tokenizer: TOKENIZER, tensors: tensorsOf(SMALL) };
const Q = "model.layers.0.self_attn.q_proj.weight";

Deno.test(
  "writeCheckpoint() writes what CheckpointFiles reads back",
  inFolder(async (dir) => {
    await writeCheckpoint(`${dir}/policy`, POLICY);
    const files = await CheckpointFiles.open(`${dir}/policy`);
    assertEquals(files.config, SMALL);
    assertEquals((await files.tokenizer()).files, TOKENIZER.files);
    assertEquals(await files.tensors(), POLICY.tensors);
    assertEquals([...(await files.tensors()).keys()], parameterShapes(SMALL).map((p) => p.name));
    assertEquals(await files.tensor(Q), POLICY.tensors.get(Q)!);
    const names = (await Array.fromAsync(Deno.readDir(`${dir}/policy`))).map((e) => e.name).sort();
    assertEquals(names, [
      "README.md",
      ...POLICY_FILES.filter((name) => name !== "chat_template.jinja"),
    ]);
  }),
);

Deno.test(
  "writeCheckpoint() does not store the head when embeddings are tied",
  inFolder(async (dir) => {
    const config = { ...SMALL, tieWordEmbeddings: true };
    const tensors = tensorsOf(config);
    await writeCheckpoint(`${dir}/policy`, { ...POLICY, config, tensors });
    assertEquals(
      (await (await CheckpointFiles.open(`${dir}/policy`)).tensors()).size,
      tensors.size,
    );
    await assertRejects(
      () => writeCheckpoint(`${dir}/other`, { ...POLICY, config }),
      InputError,
      "tensor lm_head.weight: config.json calls for none of this name",
    );
  }),
);

Deno.test(
  "writeCheckpoint() gives the same bytes when tensors come in another order",
  inFolder(async (dir) => {
    await writeCheckpoint(`${dir}/a`, POLICY);
    const reversed = new Map([...POLICY.tensors].reverse());
    await writeCheckpoint(`${dir}/b`, { ...POLICY, tensors: reversed });
    assertEquals(
      await hashCheckpoint(`${dir}/a`, "policy"),
      await hashCheckpoint(`${dir}/b`, "policy"),
    );
  }),
);

Deno.test(
  "writeCheckpoint() writes nothing and keeps the old folder when the policy is not whole",
  inFolder(async (dir) => {
    const path = `${dir}/policy`;
    await writeCheckpoint(path, POLICY);
    const before = await hashCheckpoint(path, "policy");
    const without = new Map([...POLICY.tensors].filter(([name]) => name !== Q));
    const extra = new Map([...POLICY.tensors, ["extra", POLICY.tensors.get(Q)!]]);
    const { data } = POLICY.tensors.get(Q)!;
    const turned = new Map([...POLICY.tensors, [Q, { shape: [32, 64], data }]]);
    const short = new Map([...POLICY.tensors, [Q, { shape: [64, 32], data: data.slice(1) }]]);
    const cases = [
      [{ ...POLICY, tensors: without }, `expected a tensor ${Q}, found none`],
      [{ ...POLICY, tensors: extra }, "tensor extra: config.json calls for none of this name"],
      [{ ...POLICY, tensors: turned }, `tensor ${Q}: expected the shape [64,32], found [32,64]`],
      [{ ...POLICY, tensors: short }, `tensor ${Q}: expected 2048 elements`],
      [{ ...POLICY, config: { ...SMALL, vocabSize: 14 } }, "expected the shape [14,32]"],
      [{ ...POLICY, config: { ...SMALL, heads: 3 } }, "heads: expected a divisor of 32"],
    ] as const;
    for (const [policy, message] of cases) {
      await assertRejects(() => writeCheckpoint(path, policy), Error, message);
    }
    const config = { ...SMALL, vocabSize: 14 };
    await assertRejects(
      () => writeCheckpoint(path, { ...POLICY, config, tensors: tensorsOf(config) }),
      InputError,
      "expected at most 14 tokens (vocab_size of config.json), found 15",
    );
    assertEquals(await hashCheckpoint(path, "policy"), before);
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).length, 1);
  }),
);

Deno.test(
  "CheckpointFiles.open() throws an InputError naming the tensor when the file does not fit the configuration",
  inFolder(async (dir) => {
    const path = `${dir}/policy`;
    const weights = `${path}/model.safetensors`;
    await writeCheckpoint(path, POLICY);
    const open = () => CheckpointFiles.open(path);
    await writeSafetensors(weights, new Map([...POLICY.tensors].slice(1)));
    await assertRejects(
      open,
      InputError,
      `${weights}: expected a tensor model.embed_tokens.weight`,
    );
    const rotary = { shape: [1], data: Float32Array.of(1) };
    await writeSafetensors(weights, new Map([...POLICY.tensors, ["rotary.inv_freq", rotary]]));
    await assertRejects(open, InputError, `${weights}: tensor rotary.inv_freq: config.json calls`);
    await writeSafetensors(weights, new Map([...POLICY.tensors, [Q, rotary]]));
    await assertRejects(open, InputError, `${weights}: tensor ${Q}: expected the shape [64,32]`);
    await Deno.remove(weights);
    await assertRejects(open, InputError, `${weights}: no such file`);
  }),
);

Deno.test(
  "CheckpointFiles.open() takes a stored head where embeddings are tied and it is the embedding",
  inFolder(async (dir) => {
    const config = { ...SMALL, tieWordEmbeddings: true };
    const tensors = tensorsOf(config);
    const weights = `${dir}/policy/model.safetensors`;
    await writeCheckpoint(`${dir}/policy`, { ...POLICY, config, tensors });
    const embedding = tensors.get("model.embed_tokens.weight")!;
    await writeSafetensors(weights, new Map([...tensors, ["lm_head.weight", embedding]]));
    assertEquals(await (await CheckpointFiles.open(`${dir}/policy`)).tensors(), tensors);
    const other = { ...embedding, data: embedding.data.with(1279, 9) };
    for (const head of [other, { shape: [39, 32], data: embedding.data.slice(32) }]) {
      await writeSafetensors(weights, new Map([...tensors, ["lm_head.weight", head]]));
      await assertRejects(
        () => CheckpointFiles.open(`${dir}/policy`),
        InputError,
        "tensor lm_head.weight: expected the numbers of model.embed_tokens.weight",
      );
    }
  }),
);

Deno.test(
  "writeCheckpoint() divides weights that are larger than a shard may be",
  inFolder(async (dir) => {
    await writeCheckpoint(`${dir}/policy`, POLICY, 10_000);
    const files = await CheckpointFiles.open(`${dir}/policy`);
    assertEquals(await files.tensors(), POLICY.tensors);
    const shards = [...Deno.readDirSync(`${dir}/policy`)].filter(({ name }) =>
      name.endsWith(".safetensors")
    );
    assert(shards.length > 3);
    await writeCheckpoint(`${dir}/policy`, POLICY); // nothing of the shards is left
    const names = [...Deno.readDirSync(`${dir}/policy`)].map(({ name }) => name).sort();
    assertEquals(names, [
      "README.md",
      ...POLICY_FILES.filter((name) => name !== "chat_template.jinja"),
    ]);
  }),
);

Deno.test(
  "CheckpointFiles.tokenizer() throws an InputError when it has more tokens than the policy",
  inFolder(async (dir) => {
    const path = `${dir}/policy`;
    await writeCheckpoint(path, POLICY);
    const json = JSON.parse(TOKENIZER.files["tokenizer.json"]);
    json.added_tokens.push({ id: 40, content: "<far>", special: false, normalized: false });
    await Deno.writeTextFile(`${path}/tokenizer.json`, JSON.stringify(json));
    const files = await CheckpointFiles.open(path);
    await assertRejects(() => files.tokenizer(), InputError, "expected at most 40 tokens");
  }),
);

Deno.test(
  "hashCheckpoint() changes with every file that matters, and with no other",
  inFolder(async (dir) => {
    const path = `${dir}/policy`;
    await writeCheckpoint(path, POLICY);
    const hash = await hashCheckpoint(path, "policy");
    assert(/^[0-9a-f]{64}$/.test(hash));
    await Deno.writeTextFile(`${path}/README.md`, "words");
    await Deno.mkdir(`${path}/optimiser`);
    assertEquals(await hashCheckpoint(path, "policy"), hash);
    for (const name of POLICY_FILES) {
      const before = await Deno.readFile(`${path}/${name}`).catch(() => null);
      await Deno.writeTextFile(`${path}/${name}`, " ", { append: true });
      assertNotEquals(await hashCheckpoint(path, "policy"), hash, name);
      if (before) await Deno.writeFile(`${path}/${name}`, before);
      else await Deno.remove(`${path}/${name}`);
      assertEquals(await hashCheckpoint(path, "policy"), hash);
    }
    await Deno.rename(path, `${dir}/elsewhere`);
    assertEquals(await hashCheckpoint(`${dir}/elsewhere`, "policy"), hash);
    await assertRejects(
      () => hashCheckpoint(path, "policy"),
      InputError,
      "there is no such folder",
    );
  }),
);

await pythonTest(
  "transformers opens what writeCheckpoint() writes, and CheckpointFiles what transformers saves",
  ["transformers", "torch", "safetensors"],
  inFolder(async (dir) => {
    const program = `
import json, sys
from transformers import AutoModelForCausalLM, AutoTokenizer
out = []
for path in json.load(open(sys.argv[1])):
    model, info = AutoModelForCausalLM.from_pretrained(path, output_loading_info=True)
    tokenizer = AutoTokenizer.from_pretrained(path)
    problems = [sorted(map(str, info[k])) for k in ("missing_keys", "unexpected_keys", "mismatched_keys")]
    eos = model.generation_config.eos_token_id
    out.append([type(model).__name__, problems, eos, {n: p.double().sum().item() for n, p in model.named_parameters()}])
    model.save_pretrained(path + ".saved"); tokenizer.save_pretrained(path + ".saved")
print(json.dumps(out))`;
    const configs = [true, false].flatMap((attentionBias) =>
      [true, false].map((tieWordEmbeddings) => ({ ...SMALL, attentionBias, tieWordEmbeddings }))
    );
    const paths = configs.map((_, at) => `${dir}/${at}`);
    for (const [at, config] of configs.entries()) {
      await writeCheckpoint(paths[at]!, { ...POLICY, config, tensors: tensorsOf(config) });
    }
    const found = await python(program, paths) as [
      string,
      unknown,
      unknown,
      Record<string, number>,
    ][];
    for (const [at, config] of configs.entries()) {
      const [model, problems, eos, sums] = found[at]!;
      assertEquals(model, config.attentionBias ? "Qwen2ForCausalLM" : "LlamaForCausalLM");
      assertEquals(problems, [[], [], []]);
      assertEquals(eos, [1, 2]);
      const tensors = tensorsOf(config);
      for (const [name, { data }] of tensors) {
        const sum = data.reduce((total, value) => total + value, 0);
        assert(Math.abs(sums[name]! - sum) < 1e-3, `${name}: ${sums[name]} against ${sum}`);
      }
      const saved = await CheckpointFiles.open(`${paths[at]}.saved`);
      assertEquals(saved.config, config);
      assertEquals(await saved.tensors(), tensors);
      const tokenizer = await saved.tokenizer();
      assertEquals(
        tokenizer.encode("<think>12</think>\n<eos>"),
        TOKENIZER.encode("<think>12</think>\n<eos>"),
      );
    }
  }),
);
