/** @file Every reward on text that hurts what is careless. */
import { assert, assertLess } from "@std/assert";
import type { RewardDeclaration } from "../../src/rewards/declaration.ts";
import { splitRollout } from "../../src/rewards/format.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { acting, HOSTILE } from "./rollouts.ts";

const REWARDS: RewardDeclaration[] = [
  { kind: "similarity" },
  { kind: "similarity", autojunk: false, normalise: { whitespace: true, latex: true } },
  { kind: "similarity", unit: "word" },
  { kind: "similarity", unit: "token" },
  { kind: "levenshtein" },
  { kind: "rouge-l" },
  { kind: "token-f1" },
  { kind: "chrf", wordOrder: 2 },
  { kind: "bleu" },
  { kind: "length", unit: "word", from: 1, to: 2 },
];

/** As long as steps get, with marks of every kind. */
const TARGET = String
  .raw`So \(x_{1} = \frac{-b + \sqrt{b^2 - 4ac}}{2a}\), hence 1,000.5 - 3 & "the" rest. `
  .repeat(40);

for (const declared of REWARDS) {
  Deno.test(`${JSON.stringify(declared)} scores hostile text in time and in range`, async () => {
    const encode = (text: string) => [...text].map((char) => char.codePointAt(0)!);
    const reward = await makeReward(declared, { encode });
    const [min, max] = reward.range;
    for (const text of HOSTILE) {
      for (const target of [TARGET, text.slice(0, 4000)]) {
        const begun = performance.now();
        for (
          const rollout of [
            acting(text),
            splitRollout(`<think>${text}</think>x`),
            splitRollout(text),
          ]
        ) {
          const { value } = await reward.score(rollout, { target, problem: text, answer: text });
          assert(value >= min && value <= max, `${value}`);
        }
        // The deadline of a reward is 5 s.
        assertLess(performance.now() - begun, 15_000, text.slice(0, 20));
      }
    }
  });
}
