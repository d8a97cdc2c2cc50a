import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { loadTraining } from "../../../src/domains/load_tasks.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import type { ResolvedStage } from "../../../src/experiment/stages.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import type { TrlOptions } from "../../../src/experiment/trl.ts";
import { TRL_PACKAGES } from "../../../src/experiment/trl_packages.ts";
import { POLICY_LOSSES } from "../../../src/algorithms/policy_loss.ts";
import { Rng } from "../../../src/random/rng.ts";
import { grpoSetting } from "../../../src/trainers/embedded/grpo_items.ts";
import { openStart } from "../../../src/trainers/embedded/start_policy.ts";
import { type TrlJobConfig, writeTrlJob } from "../../../src/trainers/trl/write_job.ts";
import FIELDS from "../../golden/trl_config_fields.json" with { type: "json" };
import { BASE, DATA, specOf } from "./specs.ts";

const few = { updates: 4, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 32 };

/** A stage's job, as files. */
async function written(stage: ResolvedStage, engine: TrlOptions = {}, data = DATA) {
  const dir = await Deno.makeTempDir();
  const spec = specOf(stage, engine, data);
  const tasks = await loadTraining(spec.data, spec.prompts);
  await writeTrlJob(dir, {
    ...{ spec, engine: spec.trainer, label: "a label, seed 1", tasks },
    start: await openStart({ checkpoint: BASE }, spec.data, tasks),
    model: { path: "policy", revision: null },
    saveEvery: 600,
  });
  const text = (name: string) => Deno.readTextFileSync(`${dir}/${name}`);
  const rows = text("data.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));
  const config: TrlJobConfig = JSON.parse(text("config.json"));
  const order: number[] = JSON.parse(text("order.json"));
  return { dir, text, rows, config, order, tasks, spec };
}

Deno.test("writeTrlJob() writes SRL's prompts with their ids, in the order in which the embedded engine takes them", async () => {
  const stage = srlSchema.parse(srl({ ...few, dynamicSampling: { maxRefills: 2 } }));
  const { rows, order, tasks, config } = await written(stage);
  const { source } = grpoSetting(stage, tasks, new Rng("srl", 1));
  const taken = source.take(4 * 4 * 3);
  assertEquals(order.map((at) => rows[at].id), taken.map(({ id }) => id));
  assertEquals(rows.length, new Set(order).size);
  const [row] = rows;
  assertEquals([row.target, row.maxTokens], [taken[0]!.target, 32]);
  assertEquals(row.promptTokens, row.promptIds.length);
  assertEquals(row.prompt, taken[0]!.prompt);
  assertEquals(config.sampling!["stops"], ["\n"]);
  assertEquals(config.validateEvery, null);
});

Deno.test("writeTrlJob() writes SFT's batches as the embedded engine trains on them", async () => {
  const stage = sftSchema.parse(sft({ updates: 5, batch: 12, learningRate: 1e-3 }));
  const { rows, order, config, text } = await written(stage, { processes: 2 });
  assertEquals([order.length, config.updates], [60, 5]);
  // 48 problems: each once before any is taken again.
  assertEquals(new Set(order.slice(0, 48)).size, 48);
  for (const { completionIds, completionTokens, promptIds } of rows) {
    assertEquals(completionIds.length, completionTokens);
    assertEquals([promptIds[0], completionIds.at(-1)], [1, 2]); // <bos>, <eos>
  }
  assert(
    text("README.md").includes("torch.distributed.run --standalone --nproc_per_node 2 train.py"),
  );
});

Deno.test("writeTrlJob() tells TRL nothing that its version does not know, for every loss and kind of stage", async () => {
  const version = { trl: FIELDS.trl, transformers: FIELDS.transformers };
  assertEquals(version, { trl: TRL_PACKAGES["trl"]!, transformers: TRL_PACKAGES["transformers"]! });
  const stages = [
    ...POLICY_LOSSES.map((loss) =>
      rlvrSchema.parse(rlvr({ ...few, loss, dynamicSampling: false, klCoefficient: 0.1 }))
    ),
    srlSchema.parse(srl({ ...few, updatesPerBatch: 2, recompute: true, schedule: "linear" })),
    sftSchema.parse(sft({ epochs: 2, batch: 12, learningRate: 1e-3 })),
  ];
  for (const stage of stages) {
    const { config } = await written(stage, { processes: 2, precision: "bf16" });
    const known: readonly string[] = config.trainer === "sft"
      ? FIELDS.SFTConfig
      : FIELDS.GRPOConfig;
    assertEquals(Object.keys(config.arguments).filter((key) => !known.includes(key)), []);
    const { per_device_train_batch_size: rows, gradient_accumulation_steps: passes } = config
      .arguments as Record<string, number>;
    assertEquals(rows! * passes! * 2, stage.kind === "sft" ? 12 : 16);
  }
});

Deno.test("writeTrlJob() divides a batch by tokens, or as declared", async () => {
  const stage = (microBatchTokens: number) => srlSchema.parse(srl({ ...few, microBatchTokens }));
  const passes = async (tokens: number, engine: TrlOptions = {}) =>
    (await written(stage(tokens), engine)).config.arguments["gradient_accumulation_steps"];
  assertEquals(await passes(8192), 1);
  assertEquals(await passes(1000), 4);
  assertEquals(await passes(1000, { processes: 2, sequences: 1 }), 8);
});

Deno.test("writeTrlJob() takes the rewards along: they score in a folder of their own", async () => {
  const stage = srlSchema.parse(srl({
    ...few,
    reward: {
      kind: "sum",
      of: [{ weight: 0.5, reward: "similarity" }, { weight: 0.5, reward: "bleu" }],
    },
  }));
  const { dir, rows } = await written(stage);
  const moved = await Deno.makeTempDir();
  await Deno.rename(dir, `${moved}/job`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "src/rewards/score_lines.ts", "../reward.json"],
    cwd: `${moved}/job/stepwise`,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const { target, problem, answer } = rows[0];
  const item = { truncated: false, target, problem, answer, update: 0 };
  const items = [`<think></think>${target}`, "nonsense"].map((completion) => ({
    completion,
    ...item,
  }));
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(`${JSON.stringify({ id: 5, items })}\n`));
  await stdin.close();
  const { stdout } = await child.output();
  const [ready, answerLine] = new TextDecoder().decode(stdout).trim().split("\n").map((l) =>
    JSON.parse(l)
  );
  assertEquals(ready, { ready: true });
  assertEquals(answerLine.judged.map((j: { reward: number }) => j.reward), [1, -1]);
  const { imports } = JSON.parse(await Deno.readTextFile(`${moved}/job/stepwise/deno.json`));
  assertEquals(Object.keys(imports).includes("vega"), false); // Only what rewards need.
});

Deno.test("writeTrlJob() refuses a reward whose module lies where it cannot travel from", async () => {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, "export default () => ({ value: 1, parts: {} });");
  const stage = rlvrSchema.parse(rlvr({ ...few, reward: { kind: "module", file } }));
  const error = await assertRejects(() => written(stage), InputError);
  assert(error.message.startsWith(`${file}: imports ${file}, outside of `), error.message);
});

Deno.test("writeTrlJob() writes what several machines need, and only for them", async () => {
  const stage = srlSchema.parse(srl({ ...few, maxGradNorm: 0.5, dynamicSampling: false }));
  const names = async (engine: TrlOptions) => {
    const { dir, text } = await written(stage, engine);
    const found = [...Deno.readDirSync(dir)].map(({ name }) => name);
    return { found, text };
  };
  const one = await names({ processes: 2 });
  assertEquals(one.found.includes("slurm.sh") || one.found.includes("accelerate.yaml"), false);
  const many = await names({ processes: 2, nodes: 2, sharding: "zero3", precision: "bf16" });
  assert(many.text("accelerate.yaml").includes("  zero_stage: 3\n"));
  assert(many.text("accelerate.yaml").includes("  gradient_clipping: 0.5\n"));
  assert(many.text("accelerate.yaml").includes("num_processes: 4\nmachine_rank: 0\n"));
  assert(many.text("slurm.sh").includes("#SBATCH --nodes=2\n"));
  assert(many.text("requirements.txt").includes("\ndeepspeed=="));
  assert(many.text("requirements.txt").includes(`trl==${TRL_PACKAGES["trl"]}\n`));
  assert(many.text("requirements.txt").includes(`deno==${Deno.version.deno}\n`));
});

Deno.test("writeTrlJob() counts tokens by the policy's tokenizer where a reward asks for them", async () => {
  const reward = (unit: "char" | "token") =>
    srlSchema.parse(srl({ ...few, reward: { kind: "similarity", unit } }));
  const tokenizer = async (unit: "char" | "token") =>
    JSON.parse((await written(reward(unit))).text("reward.json")).tokenizer;
  assertEquals(await tokenizer("char"), null);
  assert("tokenizer.json" in await tokenizer("token"));
});
