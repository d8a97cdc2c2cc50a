/** @file Rollouts whose scores every engine must come to, and those scores. */
import { assert, assertEquals } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { readCompletion, shownOf } from "../../src/rewards/read_completion.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import type { LineItem, LineJudgement, LineWorkerConfig } from "../../src/rewards/score_lines.ts";
import { randomPairs } from "./tables.ts";

const ROLLOUTS = 5000;

const declared = rewardSchema.parse({
  kind: "sum",
  of: [
    { weight: 0.7, reward: "similarity" },
    { weight: 0.2, reward: "levenshtein" },
    { weight: 0.1, reward: { kind: "anneal", from: "bleu", to: "rouge-l", end: 9 } },
  ],
});
/** What a worker is told. */
export const config: LineWorkerConfig = {
  reward: declared,
  verifier: "src/domains/relay/verify.ts",
  tokenizer: null,
  reading: { cutIsBroken: true, output: { action: ["[a-d ]+|\\u{1F600}.*", "su"] } },
  workers: 1,
  deadlineMs: 5000,
};

/** Rollouts as a policy writes them: whole, broken, cut off, empty, with characters of every plane and halves of some. */
export function rollouts(): LineItem[] {
  const pairs = [...randomPairs(11, ROLLOUTS)];
  return pairs.map(([a, b], i) => ({
    completion: [`<think>${b}</think>${a}`, a, `<think>${a}`, `<think>x</think>😀${a}\ud800`, ""][
      i % 11 < 7 ? 0 : i % 11 - 6
    ]!,
    truncated: i % 13 === 0,
    target: b === "" ? "a" : b,
    problem: "p",
    answer: `${i}`,
    update: i % 20,
  }));
}

/** The scores in this process, by the functions themselves. */
export async function direct(items: readonly LineItem[]): Promise<LineJudgement[]> {
  const reward = await makeReward(declared);
  const judged: LineJudgement[] = [];
  for (const { completion, truncated, update, ...instance } of items) {
    const rollout = {
      ...readCompletion(completion, truncated, {
        cutIsBroken: true,
        output: { action: /[a-d ]+|\u{1F600}.*/su },
      }),
      update,
    };
    const score = await reward.score(rollout, instance);
    judged.push({
      ...{ reward: score.value, rewardError: null, parts: score.parts },
      ...shownOf(rollout, { status: "ok", score }, reward),
    });
  }
  return judged;
}

/** The same number to the last bit, −0 and 0 apart. */
export function assertSame(
  found: readonly LineJudgement[],
  expected: readonly LineJudgement[],
): void {
  assertEquals(found.length, expected.length);
  found.forEach((judgement, i) => {
    assert(Object.is(judgement.reward, expected[i]!.reward), `rollout ${i}`);
    assertEquals(judgement, expected[i]);
  });
}
