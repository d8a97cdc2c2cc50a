/** @file What the engine `trl` cannot do with a stage, said before anything runs. */
import { inputsOf } from "../rewards/inputs.ts";
import type { ResolvedReward } from "../rewards/declaration.ts";
import type { ResolvedData } from "./data.ts";
import type { ResolvedEngine } from "./engine.ts";
import { pathOf, show } from "./problems.ts";
import type { ResolvedStage } from "./stages.ts";

/** Whether a reward, or a part of it, asks for the policy's own probabilities. */
function needsLogProbs(reward: ResolvedReward): boolean {
  switch (reward.kind) {
    case "expert-likelihood":
      return true;
    case "sum":
      return reward.of.some((term) => needsLogProbs(term.reward));
    case "min":
      return reward.of.some(needsLogProbs);
    case "gate":
      return needsLogProbs(reward.reward) || needsLogProbs(reward.when);
    case "clip":
      return needsLogProbs(reward.reward);
    case "anneal":
      return needsLogProbs(reward.from) || needsLogProbs(reward.to);
    default:
      return false;
  }
}

/**
 * A line for each thing that an experiment asks of `trl` and that it cannot do.
 *
 * @param data What the arms are trained on, where that is right by itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rlvr, rlvrSchema } from "./rlvr.ts";
 * import { trl, trlSchema } from "./trl.ts";
 *
 * const engine = trlSchema.parse(trl({ processes: 3 }));
 * const stage = rlvrSchema.parse(rlvr({ updates: 1, learningRate: 1e-3, groups: 8 }));
 * assertEquals([...unfitForTrl({ a: [stage] }, engine)], [
 *   "arms.a[0].groups: found 8 with an engine of 3 processes; expected a multiple of 3: TRL gives each process the same number of prompts",
 * ]);
 * ```
 */
export function* unfitForTrl(
  arms: Readonly<Record<string, readonly ResolvedStage[]>>,
  engine: ResolvedEngine,
  data?: ResolvedData,
): Generator<string> {
  const world = engine.processes * engine.nodes;
  const processes = `an engine of ${world} processes`;
  if (engine.sharding !== "none" && world === 1) {
    yield `engine.sharding: found "${engine.sharding}" with 1 process; expected "none", or several processes to share the policy`;
  }
  if (engine.ray !== null && engine.nodes > 1) {
    yield `engine.nodes: found ${engine.nodes} with ray; expected 1: a job of TRL on Ray runs on one of the cluster's nodes ` +
      "(without ray, its SLURM script starts it on several)";
  }
  if (engine.ray?.device === "cpu" && engine.sharding !== "none") {
    yield `engine.ray.device: found "cpu" with sharding "${engine.sharding}"; expected "gpu": policies are shared between GPUs`;
  }
  if (data?.domain === "relay" && data.tier === "base") {
    yield `data.tier: found "base" with engine trl; expected a tier of problems: ` +
      "the mixture's demonstrations have several completions each, TRL's rows have one";
  }
  for (const [name, chain] of Object.entries(arms)) {
    for (const [i, stage] of chain.entries()) {
      const at = (...keys: PropertyKey[]) => pathOf(["arms", name, i, ...keys]);
      if (stage.lora) {
        yield `${
          at("lora")
        }: found an adapter with engine trl; expected none: its jobs train all weights, ` +
          "the embedded engine trains adapters";
      }
      if (stage.kind === "r3") {
        yield `${at("kind")}: found "r3" with engine trl; expected sft, srl or rlvr: ` +
          "which prompt comes next depends on the rewards so far, and a job's order is written before it begins";
      }
      const rows = stage.kind === "sft" ? stage.batch : stage.groups * stage.rollouts;
      const share = rows / world;
      if (stage.kind === "sft") {
        if (stage.batch % world > 0) {
          yield `${
            at("batch")
          }: found ${stage.batch} with ${processes}; expected a multiple of ${world}: ` +
            "TRL gives each process the same number of sequences";
        }
        if (stage.learningRate.length > 1) {
          yield `${
            at("learningRate")
          }: found ${stage.learningRate.length} rates with engine trl; expected one: ` +
            "a job trains one policy (declare an arm for each rate)";
        }
      } else {
        if (stage.groups % world > 0) {
          yield `${
            at("groups")
          }: found ${stage.groups} with ${processes}; expected a multiple of ${world}: ` +
            "TRL gives each process the same number of prompts";
        }
        if (needsLogProbs(stage.reward)) {
          yield `${
            at("reward")
          }: found "expert-likelihood" with engine trl; expected a reward of the text: ` +
            "TRL's rollouts have no log-probability of the expert's action";
        }
        const encoder = inputsOf(stage.reward).find(({ holds }) => holds === "encoder");
        if (encoder) {
          yield `${at("reward", ...encoder.at)}: found ${
            show(encoder.path)
          } with engine trl; expected a reward without an encoder: ` +
            "its native library does not travel in a job folder";
        }
        if (stage.loss === "bnpo" && stage.dynamicSampling !== false) {
          yield `${
            at("loss")
          }: found "bnpo" with dynamicSampling and engine trl; expected dynamicSampling false, or another loss: ` +
            "TRL's batches have a fixed size, and what fills up a short one would count in bnpo's average";
        }
        if (engine.sharding === "zero3" && stage.dynamicSampling !== false) {
          yield `${
            at("dynamicSampling")
          }: found with engine.sharding "zero3"; expected false, or sharding "fsdp2": ` +
            "DeepSpeed makes its step even where no group was kept, which moves the weights by old momentum";
        }
      }
      if (engine.sequences !== null && share % 1 === 0 && share % engine.sequences > 0) {
        yield `engine.sequences: found ${engine.sequences}, where ${at()} gives each process ${share} sequences; expected a divisor of it`;
      }
    }
  }
}
