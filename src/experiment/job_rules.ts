/** @file What a job of any distributed engine cannot do with a stage, said before anything runs. */
import { inputsOf } from "../rewards/inputs.ts";
import type { ResolvedReward } from "../rewards/declaration.ts";
import type { ResolvedData } from "./data.ts";
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
 * A line for each thing that an experiment asks of a distributed engine and that none can do, whichever it is.
 *
 * @param engine Its name.
 * @param data What the arms are trained on, where that is right by itself.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "./sft.ts";
 *
 * const stage = sftSchema.parse(sft({ updates: 1, learningRate: 1e-3, lora: { rank: 4 } }));
 * const [line] = unfitForJobs({ a: [stage] }, "verl");
 * assertEquals(line?.startsWith("arms.a[0].lora: found an adapter with engine verl"), true);
 * ```
 */
export function* unfitForJobs(
  arms: Readonly<Record<string, readonly ResolvedStage[]>>,
  engine: "trl" | "verl",
  data?: ResolvedData,
): Generator<string> {
  if (data?.domain === "relay" && data.tier === "base") {
    yield `data.tier: found "base" with engine ${engine}; expected a tier of problems: ` +
      "the mixture's demonstrations have several completions each, a job's rows have one";
  }
  for (const [name, chain] of Object.entries(arms)) {
    for (const [i, stage] of chain.entries()) {
      const at = (...keys: PropertyKey[]) => pathOf(["arms", name, i, ...keys]);
      if (stage.lora) {
        yield `${
          at("lora")
        }: found an adapter with engine ${engine}; expected none: its jobs train all weights, ` +
          "the embedded engine trains adapters";
      }
      if (stage.kind === "r3") {
        yield `${at("kind")}: found "r3" with engine ${engine}; expected sft, srl or rlvr: ` +
          "which prompt comes next depends on the rewards so far, and a job's order is written before it begins";
      }
      if (stage.kind === "sft") {
        if (stage.learningRate.length > 1) {
          yield `${
            at("learningRate")
          }: found ${stage.learningRate.length} rates with engine ${engine}; expected one: ` +
            "a job trains one policy (declare an arm for each rate)";
        }
        continue;
      }
      if (needsLogProbs(stage.reward)) {
        yield `${
          at("reward")
        }: found "expert-likelihood" with engine ${engine}; expected a reward of the text: ` +
          "a job's rollouts have no log-probability of the expert's action";
      }
      const encoder = inputsOf(stage.reward).find(({ holds }) => holds === "encoder");
      if (encoder) {
        yield `${at("reward", ...encoder.at)}: found ${
          show(encoder.path)
        } with engine ${engine}; expected a reward without an encoder: ` +
          "its native library does not travel in a job folder";
      }
    }
  }
}
