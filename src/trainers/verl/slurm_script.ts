/** @file The SLURM script of a job. */
import type { ResolvedVerl } from "../../experiment/verl.ts";

/** How each kind of job is started once its machines are there. */
const START = {
  grpo: (nodes: number) =>
    `# Ray: its head on the first machine, a worker on each other, and the job beside the head.
srun --nodes=1 --ntasks=1 --nodelist="$head" --overlap \\
  ray start --head --port=6379 --num-gpus="$SLURM_GPUS_ON_NODE" --block &
sleep 20
srun --nodes=${nodes - 1} --ntasks=${nodes - 1} --exclude="$head" --overlap \\
  ray start --address="$HEAD:6379" --num-gpus="$SLURM_GPUS_ON_NODE" --block &
sleep 20
export RAY_ADDRESS="$HEAD:6379"
srun --nodes=1 --ntasks=1 --nodelist="$head" --overlap python train.py
`,
  sft: (nodes: number) =>
    `srun --kill-on-bad-exit=1 bash -c 'python -m torch.distributed.run --nnodes=${nodes} \\
  --nproc_per_node="$SLURM_GPUS_ON_NODE" --node_rank="$SLURM_NODEID" \\
  --rdzv_backend=c10d --rdzv_endpoint="$HEAD:29500" train.py'
`,
};

/**
 * A batch script that starts the job on its machines. What a cluster calls its partitions, and how long a job may take, is left to `sbatch`'s
 * own options.
 *
 * @param name Names the job in the queue.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const script = slurmScript("srl", { gpus: 8, nodes: 2 }, "grpo");
 * assert(script.includes("#SBATCH --gpus-per-node=8\n") && script.includes("ray start --head"));
 * ```
 */
export function slurmScript(
  name: string,
  { gpus, nodes }: Pick<ResolvedVerl, "gpus" | "nodes">,
  trainer: "sft" | "grpo",
): string {
  return `#!/bin/bash
#SBATCH --job-name=${name.replace(/[^\w.-]+/g, "-")}
#SBATCH --nodes=${nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=${gpus}
#SBATCH --output=output/slurm-%j.log
#SBATCH --open-mode=append
# Submit from this folder, which every machine must see: sbatch slurm.sh
# Submitted again, the job goes on after its last checkpoint.
set -euo pipefail
cd "\${SLURM_SUBMIT_DIR:-.}"
mkdir -p output

head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export HEAD="$head"
${START[trainer](nodes)}`;
}
