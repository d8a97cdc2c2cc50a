/** @file One stage in a process of its own; started by the runner, with what to do on stdin. */
import { requireUnchanged } from "../experiment/require_unchanged.ts";
import type { StageSpec } from "../experiment/specs.ts";
import { serveStage } from "../runs/serve.ts";
import type { StageContext } from "../runs/stage.ts";
import { StageStopped } from "../runs/stopped.ts";

/** Does a stage. Training and evaluation are loaded only where they are needed: a process that starts sooner is done sooner. */
async function runStage(spec: StageSpec, context: StageContext): Promise<void> {
  await requireUnchanged(spec);
  if (spec.kind === "train" && spec.trainer) {
    const { runJobStage } = await import("../trainers/jobs/run_stage.ts");
    return await runJobStage(spec, context);
  }
  if (spec.kind === "train") {
    const { runTrainingStage } = await import("../trainers/embedded/run_stage.ts");
    return await runTrainingStage(spec, context);
  }
  const { runEvaluationStage } = await import("../benchmarks/run_evaluation.ts");
  // An evaluation saves nothing: it takes less time than what would be lost is worth, and can stop at once.
  const stopped = new Promise<never>((_, reject) => {
    context.stop?.addEventListener("abort", () => reject(new StageStopped(0)));
  });
  await Promise.race([runEvaluationStage(spec, context), stopped]);
}

if (import.meta.main) await serveStage(runStage, Deno.args.includes("--tied"));
