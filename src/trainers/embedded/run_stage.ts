/** @file One training stage on the embedded engine. */
import { loadTraining } from "../../domains/load_tasks.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import type { StageContext } from "../../runs/stage.ts";
import { startPolicy } from "./start_policy.ts";
import { trainGrpo } from "./train_grpo.ts";
import { trainSft } from "./train_sft.ts";

/** Trains what the spec says; leaves the policy in `checkpoint/`, beside metrics and rollouts. */
export async function runTrainingStage(spec: TrainingSpec, context: StageContext): Promise<void> {
  const tasks = await loadTraining(spec.data);
  using policy = await startPolicy(spec.policy, context.parent, spec.data, tasks, spec.seed);
  const { stage } = spec;
  if (stage.kind === "sft") await trainSft(policy, stage, tasks, context);
  else await trainGrpo(policy, stage, tasks, context);
  await policy.save(`${context.dir}/checkpoint`);
}
