/** @file verl as a distributed engine. */
import { InputError } from "../../errors.ts";
import type { ResolvedVerl } from "../../experiment/verl.ts";
import { gpuModels } from "../../runs/hardware.ts";
import type { JobEngine } from "../jobs/job_engine.ts";
import { jobCommand } from "./job_command.ts";
import { writeVerlJob } from "./write_job.ts";

/** Variable by which verl is told of an accelerator that is no NVIDIA GPU: its own. */
export const PLATFORM_VARIABLE = "VERL_PLATFORM";

/** The engine as declared. */
export function verlEngine(engine: ResolvedVerl): JobEngine {
  const { gpus, nodes, ray } = engine;
  return {
    name: "verl",
    validates: true,
    severalMachines: nodes > 1 && ray === null ? "sbatch slurm.sh" : null,
    write: (dir, request) => writeVerlJob(dir, { ...request, engine }),
    command: (python, trainer) => jobCommand(python, engine, trainer),
    // GRPO's first process only starts the others, which reserve GPUs for themselves.
    share: (trainer, threads) =>
      trainer === "grpo" ? { cpus: 1, gpus: 0 } : { cpus: gpus * threads, gpus },
    async requireMachine() {
      if (Deno.env.get(PLATFORM_VARIABLE)) return;
      const found = (await gpuModels()).length;
      if (found >= gpus) return;
      throw new InputError(
        `engine.gpus: found ${gpus}, this machine has ${found}; expected no more than it has, or a cluster (ray: {…}): ` +
          "`--plan --emit DIR` writes the jobs for a machine that has them",
      );
    },
  };
}
