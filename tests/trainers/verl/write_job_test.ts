import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { srl, type SrlOptions, srlSchema } from "../../../src/experiment/srl.ts";
import type { VerlOptions } from "../../../src/experiment/verl.ts";
import { DATA } from "../trl/specs.ts";
import { written } from "./written.ts";

const few = { updates: 4, groups: 4, rollouts: 4, learningRate: 1e-3, maxTokens: 32 };
const HELD = { ...DATA, validation: 5 };
const EXISTS = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("writeVerlJob() writes SRL's prompts with their ids and order, and the held-out problems whole", async () => {
  const stage = srlSchema.parse(srl({ ...few, dynamicSampling: { maxRefills: 2 } }));
  const { rows, text, config, settings } = await written(stage, {}, HELD);
  const order: number[] = JSON.parse(text("order.json"));
  // Every round may keep nothing.
  assertEquals(order.length, 4 * 4 * 3);
  const data = rows("data.jsonl");
  assertEquals(Math.max(...order), data.length - 1);
  for (const row of [...data, ...rows("validation.jsonl")]) {
    assertEquals((row["promptIds"] as number[]).length, row["promptTokens"]);
  }
  const held = rows("validation.jsonl");
  assertEquals(held.length, 5);
  assert(
    held.every(({ target, answer, stopAfter }) =>
      target === "" && answer !== "" && stopAfter === null
    ),
  );
  assertEquals(config.validateEvery, stage.validateEvery);
  const longest = Math.max(...[...data, ...held].map((row) => row["promptTokens"] as number));
  assertEquals(settings["data.max_prompt_length"], `${longest}`);
});

Deno.test("writeVerlJob() writes a folder that names nothing of this machine, with what it needs and no more", async () => {
  const several = await written(srlSchema.parse(srl(few)), { nodes: 2 });
  for (const name of ["train.py", "replay.py", "judge.py", "rewards.py", "slurm.sh", "stepwise"]) {
    assert(await EXISTS(`${several.dir}/${name}`), name);
  }
  assert(several.text("slurm.sh").includes("ray start --head"));
  assert(several.text("README.md").includes("2 machines of 8 GPUs each"));
  assertEquals(await EXISTS(`${several.dir}/validation.jsonl`), false);
  for (const name of ["config.json", "reward.json", "README.md", "overrides.txt"]) {
    assertEquals(several.text(name).includes(Deno.cwd()), false, name);
  }
  const imitation = await written(
    sftSchema.parse(sft({ updates: 2, batch: 8, learningRate: 1e-3 })),
    { attention: "sdpa" },
    HELD,
  );
  assertEquals(await EXISTS(`${imitation.dir}/judge.py`), false);
  assertEquals(await EXISTS(`${imitation.dir}/slurm.sh`), false);
  assertEquals(imitation.text("requirements.txt").includes("flash-attn"), false);
  assert(several.text("requirements.txt").includes("flash-attn=="));
  assert(imitation.text("README.md").includes("--nproc_per_node 8 train.py"));
  assertEquals(imitation.rows("validation.jsonl").length, 5);
  assert(imitation.rows("validation.jsonl").every(({ completionIds }) => completionIds));
});

/** Depend on which prompts are taken. */
const ROOM = ["data.max_prompt_length", "actor_rollout_ref.rollout.max_model_len"];

/** What differs in the settings of two jobs. */
async function changed(
  stage: Partial<SrlOptions>,
  engine: VerlOptions = {},
): Promise<Record<string, string | undefined>> {
  const [before, after] = await Promise.all([
    written(srlSchema.parse(srl({ ...few, reward: "similarity" }))),
    written(srlSchema.parse(srl({ ...few, reward: "similarity", ...stage })), engine),
  ]);
  const keys = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  return Object.fromEntries(
    [...keys].filter((key) => before.settings[key] !== after.settings[key] && !ROOM.includes(key))
      .map((key) => [key, after.settings[key]]),
  );
}

const A = "actor_rollout_ref.actor";
const R = "actor_rollout_ref.rollout";
const EFFECTS: [string, Partial<SrlOptions>, VerlOptions, Record<string, string>][] = [
  ["loss gspo", { loss: "gspo" }, {}, {
    [`${A}.policy_loss.loss_mode`]: "gspo",
    [`${A}.loss_agg_mode`]: "seq-mean-token-mean",
    [`${A}.clip_ratio_low`]: "0.0003",
    [`${A}.clip_ratio_high`]: "0.0004",
  }],
  ["loss dr_grpo", { loss: "dr_grpo" }, {}, {
    [`${A}.loss_agg_mode`]: "seq-mean-token-sum-norm",
    [`${A}.loss_scale_factor`]: "32",
    "+trainer.v1.sampler.sampler_kwargs.advantage_epsilon": "null",
  }],
  ["loss cispo", { loss: "cispo" }, {}, {
    [`${A}.policy_loss.loss_mode`]: "cispo",
    [`${A}.clip_ratio_low`]: "1",
    [`${A}.clip_ratio_high`]: "4",
  }],
  ["klCoefficient", { klCoefficient: 0.1 }, {}, {
    [`${A}.use_kl_loss`]: "true",
    [`${A}.kl_loss_coef`]: "0.1",
    [`${A}.kl_loss_type`]: "low_var_kl",
  }],
  ["dynamicSampling", { dynamicSampling: { epsilon: 0.3, maxRefills: 1 } }, {}, {
    "+trainer.v1.sampler.sampler_kwargs.epsilon": "0.3",
    "+trainer.v1.sampler.sampler_kwargs.max_refills": "1",
  }],
  ["no dynamicSampling", { dynamicSampling: false }, {}, {
    "+trainer.v1.sampler.sampler_kwargs.epsilon": "null",
    "+trainer.v1.sampler.sampler_kwargs.max_refills": "0",
  }],
  ["sampling", { temperature: 0.7, topP: 0.9, topK: 20, rollouts: 8 }, {}, {
    [`${R}.temperature`]: "0.7",
    [`${R}.top_p`]: "0.9",
    [`${R}.top_k`]: "20",
    [`${R}.n`]: "8",
  }],
  ["the optimiser", { schedule: "cosine", warmup: 0.5, weightDecay: 0.1, maxGradNorm: 2 }, {}, {
    [`${A}.optim.lr_scheduler_type`]: "cosine",
    [`${A}.optim.lr_warmup_steps`]: "2",
    [`${A}.optim.weight_decay`]: "0.1",
    [`${A}.optim.clip_grad`]: "2",
  }],
  ["updatesPerBatch", { updatesPerBatch: 2 }, {}, {
    [`${A}.ppo_epochs`]: "2",
    "trainer.total_training_steps": "2",
  }],
  ["memory", { microBatchTokens: 8192, recompute: true }, {}, {
    [`${A}.ppo_max_token_len_per_gpu`]: "8192",
    [`${R}.log_prob_max_token_len_per_gpu`]: "8192",
    "actor_rollout_ref.model.enable_gradient_checkpointing": "true",
  }],
  ["gpus and nodes", {}, { gpus: 4, nodes: 2 }, {
    "trainer.n_gpus_per_node": "4",
    "trainer.nnodes": "2",
  }],
  ["vLLM", {}, { tensorParallel: 2, gpuMemoryUtilization: 0.7 }, {
    [`${R}.tensor_model_parallel_size`]: "2",
    [`${R}.gpu_memory_utilization`]: "0.7",
  }],
  ["offload all", {}, { offload: "all" }, {
    [`${A}.fsdp_config.param_offload`]: "true",
    [`${A}.fsdp_config.optimizer_offload`]: "true",
    "actor_rollout_ref.ref.fsdp_config.param_offload": "true",
    "actor_rollout_ref.ref.fsdp_config.optimizer_offload": "true",
  }],
  ["offload optimizer", {}, { offload: "optimizer" }, {
    [`${A}.fsdp_config.optimizer_offload`]: "true",
    "actor_rollout_ref.ref.fsdp_config.optimizer_offload": "true",
  }],
  ["precision", {}, { precision: "fp32" }, {
    [`+${A}.fsdp_config.mixed_precision`]: "{param_dtype:fp32,reduce_dtype:fp32,buffer_dtype:fp32}",
    "+actor_rollout_ref.ref.fsdp_config.mixed_precision":
      "{param_dtype:fp32,reduce_dtype:fp32,buffer_dtype:fp32}",
    [`${R}.dtype`]: "float32",
  }],
  ["attention", {}, { attention: "sdpa" }, {
    "actor_rollout_ref.model.use_remove_padding": "false",
    "+actor_rollout_ref.model.override_config.attn_implementation": "sdpa",
  }],
  ["deterministic", { dynamicSampling: false }, { deterministic: true }, {
    "+trainer.v1.sampler.sampler_kwargs.epsilon": "null",
    "+trainer.v1.sampler.sampler_kwargs.max_refills": "0",
    [`${A}.fsdp_config.full_determinism`]: "true",
    "actor_rollout_ref.ref.fsdp_config.full_determinism": "true",
    [`${R}.full_determinism`]: "true",
  }],
  ["rewardWorkers", {}, { rewardWorkers: 2 }, { "reward.num_workers": "2" }],
  ["overrides", {}, { overrides: [`${R}.max_num_seqs=64`, `${R}.name=sglang`] }, {
    [`${R}.max_num_seqs`]: "64",
    [`${R}.name`]: "sglang",
  }],
];

for (const [what, stage, engine, expected] of EFFECTS) {
  Deno.test(`writeVerlJob() says ${what} in verl's terms`, async () => {
    assertEquals(await changed(stage, engine), expected);
  });
}

Deno.test("writeVerlJob() refuses to override what a stage sets", async () => {
  const stage = rlvrSchema.parse(rlvr(few));
  await assertRejects(
    () => written(stage, { overrides: ["trainer.device=npu", `${A}.optim.lr=1`] }),
    InputError,
    `engine.overrides[1]: found "${A}.optim.lr=1"; expected a setting that neither the stage nor the engine makes: ` +
      `${A}.optim.lr is 0.001 here`,
  );
});
