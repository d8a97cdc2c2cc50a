/** @file Training stages on the embedded domain that the tests of the engine `trl` share. */
import type { ResolvedData } from "../../../src/experiment/data.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import type { ResolvedStage } from "../../../src/experiment/stages.ts";
import { type ResolvedTrl, trl, type TrlOptions, trlSchema } from "../../../src/experiment/trl.ts";
import type { StageContext } from "../../../src/runs/stage.ts";

/** The policy that the repository has. */
export const BASE = "experiments/checkpoints/relay-base";

/** What stages are trained on; nothing is held out, so that the last policy is kept. */
export const DATA: ResolvedData = {
  domain: "relay",
  tier: "hard",
  train: 48,
  validation: 0,
  seed: 1,
};

/** A stage of the engine `trl`. */
export function specOf(
  stage: ResolvedStage,
  engine: TrlOptions = {},
  data: ResolvedData = DATA,
): TrainingSpec & { readonly trainer: ResolvedTrl } {
  return {
    ...{ kind: "train", policy: { checkpoint: BASE }, stage, data, prompts: { chat: {} } },
    ...{ seed: 1, threads: 1, engine: "test", versions: {}, contents: {} },
    trainer: trlSchema.parse(trl(engine)),
  };
}

/** Where a stage runs: a folder of its own, and quietly. */
export async function contextOf(more: Partial<StageContext> = {}): Promise<StageContext> {
  return {
    dir: await Deno.makeTempDir(),
    parent: await Deno.realPath(BASE),
    seed: 1,
    threads: 1,
    report: () => {},
    ...more,
  };
}
