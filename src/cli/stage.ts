/** @file One stage in a process of its own; started by the runner, with what to do on stdin. */
import type { StageSpec } from "../experiment/specs.ts";
import { serveStage } from "../runs/serve.ts";
import type { StageContext } from "../runs/stage.ts";

/** Does a stage. Training and evaluation are loaded only where they are needed: a process that starts sooner is done sooner. */
async function runStage(spec: StageSpec, context: StageContext): Promise<void> {
  if (spec.kind === "train") {
    const { runTrainingStage } = await import("../trainers/embedded/run_stage.ts");
    return await runTrainingStage(spec, context);
  }
  const { runEvaluationStage } = await import("../benchmarks/run_evaluation.ts");
  return await runEvaluationStage(spec, context);
}

if (import.meta.main) await serveStage(runStage, Deno.args.includes("--tied"));
