/** @file What the engine `trl` cannot do with a stage, said before anything runs. */
import { pathOf } from "./problems.ts";
import type { ResolvedStage } from "./stages.ts";
import type { ResolvedTrl } from "./trl.ts";

/**
 * A line for each thing that an experiment asks of `trl` and that it, of the distributed engines, cannot do.
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
  engine: ResolvedTrl,
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
  for (const [name, chain] of Object.entries(arms)) {
    for (const [i, stage] of chain.entries()) {
      const at = (...keys: PropertyKey[]) => pathOf(["arms", name, i, ...keys]);
      const rows = stage.kind === "sft" ? stage.batch : stage.groups * stage.rollouts;
      const share = rows / world;
      if (stage.kind === "sft") {
        if (stage.batch % world > 0) {
          yield `${
            at("batch")
          }: found ${stage.batch} with ${processes}; expected a multiple of ${world}: ` +
            "TRL gives each process the same number of sequences";
        }
      } else {
        if (stage.groups % world > 0) {
          yield `${
            at("groups")
          }: found ${stage.groups} with ${processes}; expected a multiple of ${world}: ` +
            "TRL gives each process the same number of prompts";
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
