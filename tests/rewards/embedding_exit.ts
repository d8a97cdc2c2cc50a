/** @file Scores by an encoder in a pool and ends at once: run by a test that looks at how the process ends. */
import { RewardPool } from "../../src/rewards/pool.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const [model] = Deno.args;
const declared = rewardSchema.parse({ kind: "embedding", model, maxTokens: 12 });
{
  using pool = await RewardPool.start(declared, { workers: 2 });
  const rollout = { completion: "", think: "", action: "a b", formatError: null };
  const item = { rollout, instance: { target: "a", problem: "", answer: "" } };
  console.log((await pool.score([item, item])).map(({ status }) => status).join());
}
Deno.exit(0);
