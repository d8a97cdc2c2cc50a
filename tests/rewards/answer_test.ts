import { assertEquals, assertRejects } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { rolloutOf, withAnswer } from "./rollouts.ts";

Deno.test("answer() gives 1 or 0 by the verdict and shows what was extracted", async () => {
  const reward = await makeReward("answer", {
    verify: (gold, completion) => ({
      correct: completion.endsWith(gold),
      extracted: completion.at(-1) ?? null,
    }),
  });
  assertEquals(await reward.score(rolloutOf("<think>a</think>8"), withAnswer("8")), {
    value: 1,
    parts: { answer: 1 },
    extracted: "8",
  });
  assertEquals(await reward.score(rolloutOf(""), withAnswer("8")), {
    value: 0,
    parts: { answer: 0 },
    extracted: null,
  });
  assertEquals([reward.judgesFormat, reward.range], [false, [0, 1]]);
});

Deno.test("answer() throws on what the verifier throws instead of scoring 0", async () => {
  const reward = await makeReward("answer", {
    verify: () => {
      throw new RangeError("no such unit");
    },
  });
  await assertRejects(
    async () => await reward.score(rolloutOf(""), withAnswer("8")),
    RangeError,
    "no such unit",
  );
});

Deno.test("answer() throws where no answer is known, and cannot be made without a verifier", async () => {
  const reward = await makeReward("answer", { verify: () => ({ correct: true, extracted: "" }) });
  await assertRejects(
    async () => await reward.score(rolloutOf("8"), withAnswer(" ")),
    Error,
    "expected a problem whose answer is known",
  );
  await assertRejects(() => makeReward("answer"), Error, "answer: needs a verifier; found none");
});
