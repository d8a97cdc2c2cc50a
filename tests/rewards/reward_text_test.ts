import { assertEquals } from "@std/assert";
import { rewardText } from "../../src/rewards/reward_text.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

Deno.test("rewardText() says what tells two rewards apart, combinators in full", () => {
  const cases: [unknown, string][] = [
    ["answer", "answer"],
    [{ kind: "similarity", unit: "char" }, "similarity"],
    [
      { kind: "similarity", unit: "word", normalise: { latex: true } },
      "similarity normalise.latex=true unit=word",
    ],
    [
      { kind: "sum", of: [{ weight: 0.9, reward: "bleu" }, { weight: 0.1, reward: "format" }] },
      "sum(0.9 bleu, 0.1 format)",
    ],
    [{ kind: "gate", reward: "chrf", when: "answer" }, "chrf if answer > 0"],
    [{ kind: "clip", reward: "chrf", low: 0, high: 0.5 }, "clip(chrf, 0, 0.5)"],
    [{ kind: "anneal", from: "chrf", to: "answer", end: 30 }, "anneal(chrf, answer, 0, 30)"],
    [{ kind: "module", file: "mine.ts" }, "module mine.ts"],
    [{ kind: "embedding", model: "minilm" }, "embedding minilm"],
  ];
  for (const [declared, text] of cases) {
    assertEquals(rewardText(rewardSchema.parse(declared)), text);
  }
});
