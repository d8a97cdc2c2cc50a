/** @file Starts a process whose reward never ends, says so, and waits: killed by a test that looks at what becomes of the other. */
import { RewardProcess } from "../../src/rewards/reward_process.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const [file] = Deno.args;
const process = new RewardProcess();
process.listen({
  heard: () => {
    const rollout = { completion: "", think: "", action: "hang", formatError: null };
    const instance = { target: "", problem: "", answer: "" };
    process.send({ type: "items", items: [{ rollout, instance }] });
  },
  ended: (message) => console.log(message),
});
const declared = rewardSchema.parse({ kind: "module", file });
process.send({ type: "reward", declared, resources: {} });
