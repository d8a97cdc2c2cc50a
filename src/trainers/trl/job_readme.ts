/** @file What a job's folder says of itself. */
import type { ResolvedTrl } from "../../experiment/trl.ts";
import { jobCommand } from "./job_command.ts";
import type { TrlJobConfig } from "./write_job.ts";

/** What the text is made from. */
export interface ReadmeFacts {
  /** The job's configuration. */
  readonly config: TrlJobConfig;
  /** The engine as declared. */
  readonly engine: ResolvedTrl;
  /** Rows of its data. */
  readonly rows: readonly { readonly promptTokens: number }[];
  /** Which of them are taken when. */
  readonly order: readonly number[];
}

/** The README of a job's folder: what it is, how it is started, and what it leaves. */
export function jobReadme({ config, engine, rows, order }: ReadmeFacts): string {
  const { label, trainer, updates, model } = config;
  const tokens = rows.reduce((sum, row) => sum + row.promptTokens, 0);
  const longest = rows.reduce((most, row) => Math.max(most, row.promptTokens), 0);
  const [program, ...args] = jobCommand("python", engine);
  const several = engine.nodes > 1
    ? `\nIt is for ${engine.nodes} machines: \`sbatch slurm.sh\` starts it on all of them.\n`
    : "";
  const policy = model.revision === null ? `\`${model.path}\`` : `${model.path}@${model.revision}`;
  const rewards = trainer === "sft" ? "" : `
## Rewards

\`rewards.py\` computes no score: it asks \`stepwise/\`, the TypeScript that scores rollouts in every engine, through a Deno process beside
each trainer (JSON lines over stdin and stdout, described in \`stepwise/src/rewards/score_lines.ts\`). \`requirements.txt\` brings Deno as a
Python package; another one is named by \`STEPWISE_DENO\`. Its packages are fetched on first use and pinned by
\`stepwise/deno.lock\`; where machines have no network, run this once with \`DENO_DIR\` on a file system that all of them see:

\`\`\`sh
cd stepwise && deno cache src/rewards/score_lines.ts src/rewards/serve_rewards.ts
\`\`\`

The order of prompts is \`order.json\`; dynamic sampling takes its replacements from it too. A batch that stays short is filled up with
rows that have no weight.
`;
  return `# ${label}

${
    trainer === "sft"
      ? "Supervised fine-tuning"
      : "GRPO"
  } with Hugging Face TRL, ${updates} updates, starting from ${policy}.
${rows.length} rows, ${tokens} tokens of prompts (the longest ${longest}), taken ${order.length} times at most.

\`\`\`sh
pip install -r requirements.txt
${program} ${args.join(" ")}
\`\`\`
${several}
Started again, it goes on after its last checkpoint. A file \`output/stop\` stops it after the update that is being made.

| file | |
| --- | --- |
| \`config.json\` | everything that is set; \`arguments\` are TRL's own |
| \`data.jsonl\`, \`order.json\` | rows with their token ids, and when each is taken |
| \`train.py\` | the launcher; the other \`.py\` files belong to it |
| \`output/metrics.jsonl\`${
    trainer === "sft" ? "" : ", `output/rollouts.jsonl`"
  } | one line an update${trainer === "sft" ? "" : " and one a rollout"} |
| \`output/final/\` | the policy after the last update |
| \`output/snapshots/\` | policies to choose the best of by validation |
| \`output/error-RANK.json\` | what a process died of |
${rewards}`;
}
