import { assertEquals } from "@std/assert";
import { judge } from "../../src/rewards/judge.ts";
import type { RewardFunction } from "../../src/rewards/reward.ts";
import { acting, withTarget } from "./rollouts.ts";

const item = { rollout: acting("x"), instance: withTarget("x") };
const scoring = (score: RewardFunction["score"]): RewardFunction => ({
  name: "made up",
  range: [0, 1],
  cost: "none",
  judgesFormat: false,
  needs: {},
  score,
});

Deno.test("judge() passes a score on, awaited or not", async () => {
  const score = { value: 0.5, parts: { a: 1 } };
  const expected = { status: "ok", score } as const;
  assertEquals(await judge(scoring(() => score), item), expected);
  assertEquals(await judge(scoring(() => Promise.resolve(score)), item), expected);
});

Deno.test("judge() makes an error of what is thrown, rejected, or not finite", async () => {
  const message = async (score: RewardFunction["score"]) => {
    const judgement = await judge(scoring(score), item);
    return judgement.status === "ok" ? null : [judgement.status, judgement.message];
  };
  assertEquals(
    await message(() => {
      throw new RangeError("thrown");
    }),
    ["error", "thrown"],
  );
  assertEquals(await message(() => Promise.reject("a string")), ["error", "a string"]);
  for (const value of [NaN, Infinity, -Infinity]) {
    assertEquals(await message(() => ({ value, parts: {} })), [
      "error",
      `made up: found a score of ${value}`,
    ]);
  }
});
