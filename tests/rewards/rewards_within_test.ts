import { assertEquals } from "@std/assert";
import { rewardsWithin } from "../../src/rewards/rewards_within.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const kinds = (declared: unknown) =>
  [...rewardsWithin(rewardSchema.parse(declared))].map(({ kind }) => kind);

Deno.test("rewardsWithin() gives a reward before all that it combines, whatever combines it", () => {
  assertEquals(kinds("bleu"), ["bleu"]);
  const sum = { kind: "sum", of: [{ weight: 1, reward: "bleu" }, { weight: 2, reward: "chrf" }] };
  assertEquals(kinds(sum), ["sum", "bleu", "chrf"]);
  assertEquals(kinds({ kind: "min", of: [sum, "answer"] }), [
    "min",
    "sum",
    "bleu",
    "chrf",
    "answer",
  ]);
  assertEquals(kinds({ kind: "gate", reward: "bleu", when: "chrf" }), ["gate", "bleu", "chrf"]);
  assertEquals(kinds({ kind: "clip", reward: sum, low: 0, high: 1 }).slice(0, 2), ["clip", "sum"]);
  assertEquals(kinds({ kind: "anneal", from: "bleu", to: sum, end: 9 }).slice(0, 3), [
    "anneal",
    "bleu",
    "sum",
  ]);
});
