/** @file A reward that fails for every completion but an empty one. */
import type { RewardModule } from "../../../src/rewards/module_reward.ts";

const reward: RewardModule = ({ completion }) => {
  if (completion !== "") throw new Error("the judge is away");
  return { value: 0, parts: {} };
};

export default reward;
