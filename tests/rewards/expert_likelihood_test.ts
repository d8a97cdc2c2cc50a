import { assertEquals, assertRejects } from "@std/assert";
import {
  expertLikelihood,
  type ExpertLikelihoodOptions,
} from "../../src/rewards/expert_likelihood.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { acting, rolloutOf, withTarget } from "./rollouts.ts";

const valueOf = async (
  expertLogProb: number | undefined,
  options: ExpertLikelihoodOptions = {},
) => {
  const reward = await makeReward(expertLikelihood(options));
  const rollout = { ...acting("x"), ...expertLogProb === undefined ? {} : { expertLogProb } };
  return (await reward.score(rollout, withTarget("x"))).value;
};

Deno.test("expertLikelihood() is the mean probability, or its logarithm above the floor", async () => {
  assertEquals(await valueOf(0), 1);
  assertEquals(await valueOf(-2), Math.exp(-2));
  assertEquals(await valueOf(-2, { scale: "log" }), -2);
  assertEquals(await valueOf(-9, { scale: "log" }), -5);
  assertEquals(await valueOf(-9, { scale: "log", floor: -10 }), -9);
});

Deno.test("expertLikelihood() asks for the log-probability, and throws without it", async () => {
  assertEquals((await makeReward("expert-likelihood")).needs, { expertLogProb: true });
  assertEquals((await makeReward({ kind: "min", of: ["expert-likelihood", "bleu"] })).needs, {
    expertLogProb: true,
  });
  await assertRejects(() => valueOf(undefined), TypeError, "expected the log-probability");
  const reward = await makeReward(expertLikelihood({ scale: "log" }));
  assertEquals(await reward.score(rolloutOf("x"), withTarget("x")), {
    value: -1,
    parts: { "expert-likelihood": -5, format: -1 },
  });
});
