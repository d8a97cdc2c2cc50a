import { assertEquals, assertRejects } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { REWARD_KINDS, rewardSchema } from "../../src/rewards/schema.ts";

/** Kinds that cannot stand alone, with what they lack. */
const INCOMPLETE: Record<string, string[]> = {
  length: ["from", "to"],
  module: ["file"],
  embedding: ["model"],
  sum: ["of"],
  gate: ["reward", "when"],
  min: ["of"],
  clip: ["reward", "low", "high"],
  anneal: ["from", "to", "end"],
};

const problems = async (declared: unknown): Promise<string[]> => {
  const error = await makeReward(declared as "answer").then(() => null, (error) => error);
  return error === null ? [] : error.message.split("\n");
};

Deno.test("rewardSchema takes a kind alone for one with every default, or says what it lacks", async () => {
  for (const kind of REWARD_KINDS) {
    const lacks = INCOMPLETE[kind];
    if (lacks === undefined) {
      assertEquals(rewardSchema.parse(kind), rewardSchema.parse({ kind }));
    } else {
      assertEquals(
        await problems(kind),
        [`reward: found "${kind}"; that kind needs an object with ${lacks.join(" and ")}`],
      );
    }
  }
});

Deno.test("rewardSchema gives plain JSON that it takes again unchanged", () => {
  for (
    const declared of [
      { kind: "sum", of: [{ weight: 1, reward: "bleu" }, { weight: 2, reward: { kind: "chrf" } }] },
      {
        kind: "anneal",
        from: "similarity",
        to: { kind: "clip", reward: "answer", low: 0, high: 1 },
        end: 3,
      },
    ]
  ) {
    const resolved = rewardSchema.parse(declared);
    assertEquals(rewardSchema.parse(JSON.parse(JSON.stringify(resolved))), resolved);
  }
});

Deno.test("rewardSchema names the path, what was found, what was expected and the nearest name", async () => {
  const nested = {
    kind: "min",
    of: ["bleu", { kind: "gate", reward: "chrff", when: { kind: "lenght" } }],
  };
  const [first, second] = await problems(nested);
  assertEquals(first!.startsWith('reward.of[1].reward: found "chrff"; expected '), true);
  assertEquals(first!.endsWith('; did you mean "chrf"?'), true);
  assertEquals(second!.startsWith('reward.of[1].when.kind: found "lenght"; expected '), true);
  assertEquals(second!.endsWith('; did you mean "length"?'), true);
  assertEquals(await problems({ kind: "chrf", charOrdr: 3 }), [
    "reward.charOrdr: unknown key (found 3); did you mean `charOrder`?",
  ]);
  assertEquals(await problems({ unit: "char" }), [
    `reward.kind: missing; expected ${REWARD_KINDS.map((kind) => `"${kind}"`).join(" or ")}`,
  ]);
  assertEquals(await problems([]).then((lines) => lines.length), 1);
  await assertRejects(
    () => makeReward(null as never),
    Error,
    "reward: found null; expected a reward",
  );
});

Deno.test("rewardSchema refuses values out of bounds, and rules between keys", async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ kind: "length", from: 5, to: 5 }, "reward.to: found 5; expected more than from"],
    [
      { kind: "length", from: 0, to: 1, value: 0 },
      "reward.value: found 0; expected a penalty or a bonus",
    ],
    [
      { kind: "clip", reward: "bleu", low: 1, high: 0 },
      "reward.high: found 0; expected more than low",
    ],
    [
      { kind: "anneal", from: "bleu", to: "chrf", start: 4, end: 3 },
      "reward.end: found 3; expected more than start",
    ],
    [
      { kind: "sum", of: [{ weight: 0, reward: "bleu" }] },
      "reward.of[0].weight: found 0; expected a number other than 0",
    ],
    [{ kind: "sum", of: [] }, "reward.of: found []; expected at least one { weight, reward }"],
    [{ kind: "min", of: ["bleu"] }, 'reward.of: found ["bleu"]; expected at least two rewards'],
    [{ kind: "rouge-l", beta: 0 }, "reward.beta: found 0; expected a number above 0"],
    [{ kind: "format", broken: -2 }, "reward.broken: found -2; expected -1 or 0"],
    [
      { kind: "module", file: "a.ts", range: [1, 0] },
      "reward.range: found [1,0]; expected [least, greatest]",
    ],
    [
      { kind: "tool-call", nameWeight: 2 },
      "reward.nameWeight: found 2; expected a weight from 0 to 1",
    ],
    [
      { kind: "similarity", normalise: { latx: true } },
      "reward.normalise.latx: unknown key (found true); did you mean `latex`?",
    ],
  ];
  for (const [declared, expected] of cases) assertEquals(await problems(declared), [expected]);
});
