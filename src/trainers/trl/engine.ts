/** @file Hugging Face TRL as a distributed engine. */
import { InputError } from "../../errors.ts";
import type { ResolvedTrl } from "../../experiment/trl.ts";
import { gpuModels } from "../../runs/hardware.ts";
import type { JobEngine } from "../jobs/job_engine.ts";
import { nodeShare } from "../ray/node_share.ts";
import { jobCommand } from "./job_command.ts";
import { writeTrlJob } from "./write_job.ts";

/** The engine as declared. */
export function trlEngine(engine: ResolvedTrl): JobEngine {
  const { processes, sharding, nodes, ray } = engine;
  return {
    name: "trl",
    validates: false,
    severalMachines: nodes > 1 ? "sbatch slurm.sh" : null,
    write: (dir, request) => writeTrlJob(dir, { ...request, engine }),
    command: (python) => jobCommand(python, engine),
    share: (_, threads) => nodeShare(engine, ray?.device ?? "cpu", threads),
    async requireMachine() {
      if (sharding === "none" || (await gpuModels()).length >= processes) return;
      throw new InputError(
        `engine.sharding: found "${sharding}" with ${processes} processes; expected a GPU for each: ` +
          '`--plan --emit DIR` writes the jobs for a machine that has them, and "none" runs on CPU',
      );
    },
  };
}
