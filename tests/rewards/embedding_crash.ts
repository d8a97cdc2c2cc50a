/** @file Fails without anybody to catch it while a pool scores by an encoder: run by a test that looks at how the process ends. */
import { RewardPool } from "../../src/rewards/pool.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const [model, delay] = Deno.args;
const declared = rewardSchema.parse({ kind: "embedding", model, maxTokens: 12 });
const pool = await RewardPool.start(declared, { workers: 2 });
const items = Array.from({ length: 200_000 }, (_, i) => ({
  rollout: { completion: "", think: "", action: `one ${i} two x`, formatError: null },
  instance: { target: `two ${i}`, problem: "", answer: "" },
}));
const scored = pool.score(items);
setTimeout(() => {
  throw new Error("nobody catches this");
}, Number(delay));
await scored;
