import { assertEquals, assertRejects } from "@std/assert";
import { type LengthOptions, lengthReward } from "../../src/rewards/length_reward.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { rolloutOf, withTarget } from "./rollouts.ts";

const scoreOf = async (options: LengthOptions, completion: string) => {
  const encode = (text: string) => [...text].filter((char) => char !== " ").map(() => 1);
  const reward = await makeReward(lengthReward(options), { encode });
  return await reward.score(rolloutOf(completion), withTarget(""));
};

Deno.test("lengthReward() is 0 up to one length, full from another, and in proportion between", async () => {
  const options = { unit: "char", from: 4, to: 8 } as const;
  for (const [length, value] of [[0, 0], [4, 0], [5, -0.25], [8, -1], [90, -1]] as const) {
    assertEquals(await scoreOf(options, "x".repeat(length)), {
      value,
      parts: { length: value, "length.measured": length },
    });
  }
  assertEquals((await scoreOf({ ...options, value: 0.5 }, "xxxxxx")).value, 0.25);
});

Deno.test("lengthReward() measures what it is told, in the unit that it is told", async () => {
  const completion = "<think>a bc d</think>x yz";
  const measured = async (options: Partial<LengthOptions>) =>
    (await scoreOf({ from: 0, to: 100, ...options }, completion)).parts["length.measured"];
  assertEquals(await measured({ unit: "char" }), 25);
  assertEquals(await measured({ unit: "char", of: "think" }), 6);
  assertEquals(await measured({ unit: "word", of: "action" }), 2);
  assertEquals(await measured({ of: "action" }), 3);
  await assertRejects(
    () => makeReward(lengthReward({ from: 0, to: 1 })),
    Error,
    "needs a tokenizer",
  );
});
