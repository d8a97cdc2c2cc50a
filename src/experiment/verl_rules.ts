/** @file What the engine `verl` cannot do with a stage, said before anything runs. */
import { pathOf } from "./problems.ts";
import type { ResolvedStage } from "./stages.ts";
import type { ResolvedVerl } from "./verl.ts";

/**
 * A line for each thing that an experiment asks of `verl` and that it, of the distributed engines, cannot do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rlvr, rlvrSchema } from "./rlvr.ts";
 * import { verl, verlSchema } from "./verl.ts";
 *
 * const engine = verlSchema.parse(verl({ gpus: 8, tensorParallel: 3 }));
 * const stage = rlvrSchema.parse(rlvr({ updates: 1, learningRate: 1e-6 }));
 * assertEquals([...unfitForVerl({ a: [stage] }, engine)], [
 *   "engine.tensorParallel: found 3 with 8 GPUs on each machine; expected a divisor of 8",
 * ]);
 * ```
 */
export function* unfitForVerl(
  arms: Readonly<Record<string, readonly ResolvedStage[]>>,
  engine: ResolvedVerl,
): Generator<string> {
  const { gpus, nodes, tensorParallel, ray } = engine;
  if (gpus % tensorParallel > 0) {
    yield `engine.tensorParallel: found ${tensorParallel} with ${gpus} GPUs on each machine; expected a divisor of ${gpus}`;
  }
  if (ray?.device === "cpu") {
    yield 'engine.ray.device: found "cpu" with engine verl; expected "gpu": vLLM samples on GPUs alone';
  }
  for (const [name, chain] of Object.entries(arms)) {
    for (const [i, stage] of chain.entries()) {
      const at = (...keys: PropertyKey[]) => pathOf(["arms", name, i, ...keys]);
      if (stage.schedule === "linear") {
        yield `${
          at("schedule")
        }: found "linear" with engine verl; expected "constant" or "cosine": ` +
          "verl knows no other";
      }
      if (stage.kind === "sft") {
        const world = gpus * nodes;
        if (stage.batch % world > 0) {
          yield `${
            at("batch")
          }: found ${stage.batch} with ${world} GPUs; expected a multiple of ${world}: ` +
            "each takes the same number of sequences";
        }
        if (nodes > 1 && ray !== null) {
          yield `engine.nodes: found ${nodes} with ray and ${at()}; expected 1: ` +
            "a job of SFT runs on one of the cluster's nodes (without ray, its SLURM script starts it on several)";
        }
        continue;
      }
      if (stage.updatesPerBatch > 1 && (stage.schedule !== "constant" || stage.warmup > 0)) {
        const what = stage.schedule === "constant" ? `warmup ${stage.warmup}` : stage.schedule;
        yield `${
          at("updatesPerBatch")
        }: found ${stage.updatesPerBatch} with engine verl and ${what}; expected 1, or a constant rate: ` +
          "verl changes the rate once a batch";
      }
      if (stage.loss === "bnpo") {
        yield `${at("loss")}: found "bnpo" with engine verl; expected another loss: ` +
          "verl does not average over micro-batches";
      }
      if (stage.klEstimator === "unbiased") {
        yield `${
          at("klEstimator")
        }: found "unbiased" with engine verl; expected "k3": verl's other estimators are not this one`;
      }
      if (engine.deterministic && stage.dynamicSampling !== false) {
        yield `${
          at("dynamicSampling")
        }: found with engine.deterministic; expected false, or deterministic false: ` +
          "verl describes its determinism for batches whose prompts are known beforehand, which excludes the filtering of groups";
      }
    }
  }
}
