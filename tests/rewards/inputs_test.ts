import { assertEquals } from "@std/assert";
import { inputsOf, mapInputs } from "../../src/rewards/inputs.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";

const module = (file: string) => ({ kind: "module", file });

Deno.test("inputsOf() finds every path, through every combinator, with its place", () => {
  const declared = rewardSchema.parse({
    kind: "sum",
    of: [
      { weight: 1, reward: { kind: "gate", reward: module("a"), when: module("b") } },
      { weight: 1, reward: { kind: "min", of: ["bleu", { kind: "embedding", model: "c" }] } },
      {
        weight: 1,
        reward: {
          kind: "anneal",
          from: { kind: "clip", reward: module("d"), low: 0, high: 1 },
          to: module("e"),
          end: 1,
        },
      },
    ],
  });
  assertEquals(
    inputsOf(declared).map(({ path, holds, at }) => `${path} ${holds} ${at.join(".")}`),
    [
      "a module of.0.reward.reward.file",
      "b module of.0.reward.when.file",
      "c encoder of.1.reward.of.1.model",
      "d module of.2.reward.from.reward.file",
      "e module of.2.reward.to.file",
    ],
  );
  assertEquals(mapInputs(declared, ({ path }) => path), declared);
  const hashed = mapInputs(declared, ({ path }) => `#${path}`);
  assertEquals(inputsOf(hashed).map(({ path }) => path), ["#a", "#b", "#c", "#d", "#e"]);
});
