/** @file What a job's folder says of itself. */
import type { ResolvedVerl } from "../../experiment/verl.ts";
import { jobCommand } from "./job_command.ts";
import type { VerlJobConfig } from "./write_job.ts";

/** What the text is made from. */
export interface ReadmeFacts {
  /** The job's configuration. */
  readonly config: VerlJobConfig;
  /** The engine as declared. */
  readonly engine: ResolvedVerl;
  /** Rows of its data. */
  readonly rows: readonly { readonly promptTokens: number }[];
  /** Which of them are taken when. */
  readonly order: readonly number[];
}

const REWARDS = `
## Rewards and sampling

\`judge.py\` is verl's reward manager and computes no score: it asks \`stepwise/\`, the TypeScript that scores rollouts in every engine,
through a Deno process beside each reward worker (JSON lines over stdin and stdout, described in
\`stepwise/src/rewards/score_lines.ts\`). \`requirements.txt\` brings Deno as a Python package; another one is named by
\`STEPWISE_DENO\`. Its packages are fetched on first use and pinned by \`stepwise/deno.lock\`; where machines have no network, run this
once with \`DENO_DIR\` on a file system that all of them see:

\`\`\`sh
cd stepwise && deno cache src/rewards/score_lines.ts src/rewards/serve_rewards.ts
\`\`\`

\`replay.py\` is the replay buffer: it drops groups whose rewards hardly differ (\`sampler_kwargs.epsilon\`) and takes replacements from
\`order.json\`, for at most \`sampler_kwargs.max_refills\` rounds. \`prompts.py\` hands out prompts and ends completions,
\`advantage.py\` gives the advantages.
`;

/** The README of a job's folder: what it is, how it is started, and what it leaves. */
export function jobReadme({ config, engine, rows, order }: ReadmeFacts): string {
  const { label, trainer, updates, model, validateEvery } = config;
  const { gpus, nodes } = engine;
  const tokens = rows.reduce((sum, row) => sum + row.promptTokens, 0);
  const longest = rows.reduce((most, row) => Math.max(most, row.promptTokens), 0);
  const machines = nodes > 1 ? `${nodes} machines of ${gpus} GPUs each` : `${gpus} GPUs`;
  const command = nodes > 1 ? "sbatch slurm.sh" : jobCommand("python", engine, trainer).join(" ");
  const policy = model.revision === null ? `\`${model.path}\`` : `${model.path}@${model.revision}`;
  const what = trainer === "sft" ? "Supervised fine-tuning" : "GRPO";
  return `# ${label}

${what} with verl, ${updates} updates on ${machines}, starting from ${policy}.
${rows.length} rows, ${tokens} tokens of prompts (the longest ${longest}), taken ${order.length} times at most.

\`\`\`sh
pip install -r requirements.txt
${command}
\`\`\`

Started again, it goes on after its last checkpoint. A file \`output/stop\` stops it after the batch that is being made.

| file | |
| --- | --- |
| \`overrides.txt\` | verl's settings, one a line, as on its command line |
| \`config.json\` | what the launcher is told besides |
| \`data.jsonl\`, \`order.json\` | rows with their token ids, and when each is taken |
| \`train.py\` | the launcher; the other \`.py\` files belong to it |
| \`output/metrics.jsonl\`${
    trainer === "sft" ? "" : ", `output/rollouts.jsonl`"
  } | one line an update${trainer === "sft" ? "" : " and one a rollout"} |
| \`output/final/\` | the policy after the last update |
${
    validateEvery === null
      ? ""
      : "| `output/best.json`, `output/snapshots/` | which policy was the best on `validation.jsonl`, and that policy |\n"
  }| \`output/error-RANK.json\` | what a process died of |
${trainer === "sft" ? "" : REWARDS}`;
}
