/** @file The SLURM script of a job. */
import type { ResolvedTrl } from "../../experiment/trl.ts";

/**
 * A batch script that starts the job on its machines, one `accelerate launch` on each. What a cluster calls its partitions, and how long a
 * job may take, is left to `sbatch`'s own options.
 *
 * @param name Names the job in the queue.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const script = slurmScript("srl", { processes: 8, nodes: 2 });
 * assert(script.includes("#SBATCH --nodes=2\n"));
 * assert(script.includes("--num_processes 16 "));
 * ```
 */
export function slurmScript(
  name: string,
  { processes, nodes }: Pick<ResolvedTrl, "processes" | "nodes">,
): string {
  return `#!/bin/bash
#SBATCH --job-name=${name.replace(/[^\w.-]+/g, "-")}
#SBATCH --nodes=${nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=${processes}
#SBATCH --output=output/slurm-%j.log
#SBATCH --open-mode=append
# Submit from this folder, which every machine must see: sbatch slurm.sh
# Submitted again, the job goes on after its last checkpoint.
set -euo pipefail
cd "\${SLURM_SUBMIT_DIR:-.}"
mkdir -p output

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export HEAD="$head"
srun --kill-on-bad-exit=1 bash -c 'accelerate launch --config_file accelerate.yaml \\
  --num_machines ${nodes} --num_processes ${processes * nodes} --machine_rank "$SLURM_NODEID" \\
  --main_process_ip "$HEAD" --main_process_port 29500 --rdzv_backend c10d train.py'
`;
}
