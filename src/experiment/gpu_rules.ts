/** @file What cannot be done on a GPU, said before anything runs. */
import type { ResolvedStage } from "./stages.ts";
import { pathOf } from "./problems.ts";

/**
 * A line for each stage whose `device` does not go with the rest.
 *
 * @param engine Kind of the engine; null for the embedded one, the only one that `device` is for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "./sft.ts";
 *
 * const stage = sftSchema.parse(sft({ learningRate: 1e-3, device: "gpu", lora: { rank: 4 } }));
 * assertEquals([...unfitForGpu({ a: [stage] }, null)], [
 *   'arms.a[0].device: found "gpu" beside lora; expected "cpu": adapters are trained there alone',
 * ]);
 * ```
 */
export function* unfitForGpu(
  arms: Readonly<Record<string, readonly ResolvedStage[]>>,
  engine: string | null,
): Generator<string> {
  for (const [name, stages] of Object.entries(arms)) {
    for (const [index, stage] of stages.entries()) {
      if (stage.precision !== undefined && engine !== null) {
        yield `${
          pathOf(["arms", name, index])
        }.precision: found "${stage.precision}" with engine ${engine}; expected none: engine.precision says it`;
      }
      if (stage.device === undefined) continue;
      const path = `${pathOf(["arms", name, index])}.device: found "${stage.device}"`;
      if (engine !== null) {
        yield `${path} with engine ${engine}; expected none: the engine places its own jobs`;
      }
      if (stage.lora && stage.device === "gpu") {
        yield `${path} beside lora; expected "cpu": adapters are trained there alone`;
      }
    }
  }
}
