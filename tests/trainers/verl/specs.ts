/** @file Training stages on the embedded domain that the tests of the engine `verl` share. */
import type { ResolvedData } from "../../../src/experiment/data.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import type { ResolvedStage } from "../../../src/experiment/stages.ts";
import {
  type ResolvedVerl,
  verl,
  type VerlOptions,
  verlSchema,
} from "../../../src/experiment/verl.ts";
import { BASE, DATA } from "../trl/specs.ts";
import { PACKAGES } from "./python_available.ts";

/** A stage of the engine `verl`, as it is declared. */
export function specOf(
  stage: ResolvedStage,
  engine: VerlOptions = {},
  data: ResolvedData = DATA,
): TrainingSpec & { readonly trainer: ResolvedVerl } {
  return {
    ...{ kind: "train", policy: { checkpoint: BASE }, stage, data, prompts: { chat: {} } },
    ...{ seed: 1, threads: 1, engine: "test", versions: {}, contents: {} },
    trainer: verlSchema.parse(verl(engine)),
  };
}

/** Settings that only a machine without GPUs needs. */
const PROCESSORS = {
  sft: ["trainer.device=cpu", "engine.use_torch_compile=false"],
  grpo: [
    "trainer.device=cpu",
    "actor_rollout_ref.rollout.name=stand_in",
    "actor_rollout_ref.rollout.agent.num_workers=1",
    "actor_rollout_ref.actor.fsdp_config.use_torch_compile=false",
    "actor_rollout_ref.actor.use_torch_compile=false",
    // Ray's processors are counted, not used: most of verl's processes wait.
    "ray_kwargs.ray_init.num_cpus=16",
    "transfer_queue.backend.SimpleStorage.num_data_storage_units=1",
  ],
};

/** A stage that trains here: float32 on processors, with the stand-in for vLLM. */
export function hereOf(
  stage: ResolvedStage,
  { gpus = 1, data = DATA }: { readonly gpus?: number; readonly data?: ResolvedData } = {},
): TrainingSpec {
  const own = stage.kind === "sft" ? PROCESSORS.sft : [
    ...PROCESSORS.grpo,
    `+ray_kwargs.ray_init.num_gpus=${gpus}`,
    "+ray_kwargs.ray_init.include_dashboard=false",
  ];
  const spec = specOf(stage, {
    ...{ gpus, attention: "sdpa", precision: "fp32", rewardWorkers: 1, stallSeconds: 240 },
    overrides: own,
  }, data);
  return { ...spec, trainer: { ...spec.trainer, packages: PACKAGES } };
}
