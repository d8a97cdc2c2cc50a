import { assert, assertEquals, assertRejects } from "@std/assert";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import type { ResolvedStage } from "../../../src/experiment/stages.ts";
import type { VerlOptions } from "../../../src/experiment/verl.ts";
import { BASE, DATA } from "../trl/specs.ts";
import { ask, live } from "./python_available.ts";
import { written } from "./written.ts";

/** Resolves a job's settings as its launcher does, and lets verl build what it builds of them. Prints what it resolved. */
const RESOLVE = `
import json, os, sys
job, policy = sys.argv[1:3]
sys.path.insert(0, job)
os.chdir(job)
import train
from omegaconf import OmegaConf
from verl.utils.config import omega_conf_to_dataclass, validate_config

config = json.load(open("config.json"))
config["model"] = {"path": policy, "revision": None}
made = train.compose(config)
OmegaConf.resolve(made)
if config["trainer"] == "sft":
    for part in ("model", "engine", "optim", "checkpoint", "profiler"):
        omega_conf_to_dataclass(made[part])
    from imitation import Demonstrations
    assert len(Demonstrations(made.data.train_files)) > 0
else:
    from verl.trainer.ppo.utils import create_rl_dataset, need_critic, need_reference_policy
    from verl.trainer.ppo.v1.replay_buffer import ReplayBuffer
    from verl.trainer.ppo.reward import resolve_reward_manager_cls
    from verl.utils.import_utils import load_extern_object, resolve_config_path
    from verl.experimental.reward_loop.reward_manager.base import RewardManagerBase
    from verl.experimental.agent_loop.agent_loop import AgentLoopBase
    assert not need_critic(made)
    validate_config(config=made, use_reference_policy=need_reference_policy(made), use_critic=False)
    omega_conf_to_dataclass(made.actor_rollout_ref.rollout)
    omega_conf_to_dataclass(made.actor_rollout_ref.model)
    omega_conf_to_dataclass(made.algorithm)
    sampler = made.trainer.v1.sampler.custom_sampler
    assert issubclass(load_extern_object(sampler.path, sampler.name), ReplayBuffer)
    assert issubclass(resolve_reward_manager_cls(made), RewardManagerBase)
    loops = OmegaConf.load(resolve_config_path(made.actor_rollout_ref.rollout.agent.agent_loop_config_path))
    module, name = loops[0]["_target_"].rsplit(".", 1)
    assert issubclass(load_extern_object("pkg://" + module, name), AgentLoopBase)
    rows = create_rl_dataset(made.data.train_files, made.data, None, None)
    assert len(rows) == len(json.load(open("order.json"))) and rows[0]["agent_name"] == loops[0]["name"]
    held = create_rl_dataset(made.data.val_files, made.data, None, None, is_train=False)
    assert len(held) > 0
print(json.dumps({
    "resolved": OmegaConf.to_container(made),
    "reference": config["trainer"] == "grpo" and need_reference_policy(made),
}))
`;

interface Resolved {
  readonly resolved: Record<string, unknown>;
  readonly reference: boolean;
}

async function resolved(dir: string): Promise<Resolved> {
  return await ask<Resolved>(RESOLVE, dir, await Deno.realPath(BASE));
}

const few = { updates: 4, groups: 4, rollouts: 4, learningRate: 1e-6, maxTokens: 32 };
const HELD = { ...DATA, validation: 4 };
const STAGES: [string, ResolvedStage, VerlOptions][] = [
  ["sft", sftSchema.parse(sft({ updates: 4, batch: 8, learningRate: 1e-5 })), {}],
  [
    "sft of several machines, with everything changed",
    sftSchema.parse(sft({ updates: 4, batch: 16, learningRate: 1e-5, recompute: true })),
    { nodes: 2, offload: "all", precision: "fp32", deterministic: true },
  ],
  ["srl", srlSchema.parse(srl(few)), { tensorParallel: 2 }],
  [
    "srl with everything changed",
    srlSchema.parse(srl({
      ...{ ...few, loss: "gspo", klCoefficient: 0.01, updatesPerBatch: 2, temperature: 0.8 },
      ...{ topP: 0.9, topK: 10, schedule: "cosine", warmup: 0.1, dynamicSampling: false },
    })),
    { nodes: 2, offload: "optimizer", deterministic: true, rewardWorkers: 2 },
  ],
  ...(["grpo", "dr_grpo", "dapo", "cispo"] as const).map((
    loss,
  ): [string, ResolvedStage, VerlOptions] => [
    `rlvr with ${loss}`,
    rlvrSchema.parse(rlvr({ ...few, loss })),
    {},
  ]),
];

for (const [name, stage, engine] of STAGES) {
  Deno.test(live(`verl's own schema accepts the settings of ${name}`), async () => {
    // FlashAttention is not here, and nothing is computed.
    const { dir, settings } = await written(stage, { ...engine, attention: "sdpa" }, HELD);
    const { resolved: found, reference } = await resolved(dir);
    assertEquals(reference, stage.kind !== "sft" && stage.klCoefficient > 0);
    // What is said is what verl has after it has resolved everything.
    for (const [key, said] of Object.entries(settings)) {
      const value = key.replace(/^\++/, "").split(".").reduce<unknown>(
        (at, part) => (at as Record<string, unknown>)[part],
        found,
      );
      if (/^[[{]/.test(said)) continue;
      assertEquals(`${value}`, said === "null" ? "null" : `${JSON.parse(quoted(said))}`, key);
    }
  });
}

/** A bare word as JSON. */
function quoted(said: string): string {
  return /^(?:true|false|null|-?[\d.]+(?:e-?\d+)?)$/.test(said) ? said : JSON.stringify(said);
}

Deno.test(live("verl's own schema refuses a setting that it does not know"), async () => {
  const { dir } = await written(srlSchema.parse(srl(few)), {
    ...{ attention: "sdpa" },
    overrides: ["actor_rollout_ref.rollout.tempreature=1"],
  });
  const error = await assertRejects(() => resolved(dir), Error);
  assert(error.message.includes("Could not override 'actor_rollout_ref.rollout.tempreature'"));
});
