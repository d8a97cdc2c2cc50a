/** @file The rule on broken formats, over every kind of declaration. */
import { assertEquals } from "@std/assert";
import type { RewardDeclaration } from "../../src/rewards/declaration.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { rolloutOf, withAnswer } from "./rollouts.ts";

const verify = (gold: string, completion: string) => ({
  correct: completion.endsWith(gold),
  extracted: gold,
});
const sum = (...of: RewardDeclaration[]): RewardDeclaration => ({
  kind: "sum",
  of: of.map((reward) => ({ weight: 1, reward })),
});

/** What a reward makes of the right answer with a broken format, and with a whole one. */
async function values(declared: RewardDeclaration): Promise<unknown[]> {
  const reward = await makeReward(declared, { verify });
  const [broken, whole] = [rolloutOf("7"), rolloutOf("<think></think>7")];
  const scores = [
    await reward.score(broken, withAnswer("7")),
    await reward.score(whole, withAnswer("7")),
  ];
  for (const { value } of scores) {
    assertEquals(value >= reward.range[0] && value <= reward.range[1], true);
  }
  assertEquals(Object.keys(scores[0]!.parts), Object.keys(scores[1]!.parts));
  return [...scores.map(({ value }) => value), reward.judgesFormat];
}

Deno.test("compileReward() makes a broken format -1 where an action is needed, and leaves it alone elsewhere", async () => {
  assertEquals(await values({ kind: "similarity" }), [-1, 1, true]);
  assertEquals(await values({ kind: "answer" }), [1, 1, false]);
  assertEquals(await values(sum({ kind: "similarity" }, { kind: "answer" })), [-1, 2, true]);
  assertEquals(await values({ kind: "min", of: ["answer", "levenshtein"] }), [-1, 1, true]);
  const length = { kind: "length", unit: "char", from: 0, to: 100, value: 1 } as const;
  assertEquals(await values(length), [0.01, 0.16, false]);
  assertEquals(await values({ ...length, of: "action" }), [-1, 0.01, true]);
});

Deno.test("compileReward() leaves a broken format to a format reward that is declared", async () => {
  assertEquals(await values({ kind: "format" }), [-1, 0, true]);
  const mild = { kind: "format", broken: 0, ok: 0.5 } as const;
  assertEquals(await values(sum({ kind: "similarity" }, mild)), [0, 1.5, true]);
  assertEquals(await values(sum({ kind: "answer" }, mild)), [1, 1.5, true]);
  assertEquals(await values({ kind: "gate", reward: "answer", when: mild }), [0, 1, true]);
});

Deno.test("compileReward() logs every term of nested combinators under its path", async () => {
  const reward = await makeReward({
    kind: "anneal",
    from: { kind: "clip", reward: "similarity", low: 0, high: 0.5 },
    to: sum({ kind: "gate", reward: "answer", when: "levenshtein", above: 0.1 }),
    end: 10,
  }, { verify });
  const rollout = { ...rolloutOf("<think></think>7"), update: 5 };
  assertEquals(await reward.score(rollout, withAnswer("7")), {
    value: 0.75,
    parts: {
      "anneal.from.clip.reward.similarity": 1,
      "anneal.to.sum.0.gate.reward.answer": 1,
      "anneal.to.sum.0.gate.when.levenshtein": 1,
      "anneal.to.sum.0.gate.open": 1,
      "anneal.progress": 0.5,
      format: 0,
    },
    extracted: "7",
  });
  assertEquals(reward.range, [-1, 1]);
});
