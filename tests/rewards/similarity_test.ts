import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";
import { splitRollout } from "../../src/rewards/format.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { sequenceRatio } from "../../src/rewards/sequence_ratio.ts";
import { similarity, type SimilarityOptions } from "../../src/rewards/similarity.ts";
import { BROKEN_OUTPUTS, GOOD_OUTPUTS } from "./format_fixtures.ts";
import { acting, withTarget } from "./rollouts.ts";

const valueOf = async (options: SimilarityOptions, action: string, target: string) => {
  const encode = (text: string) => [...text].map((char) => char.codePointAt(0)! >> 4);
  const reward = await makeReward(similarity(options), { encode });
  return (await reward.score(acting(action), withTarget(target))).value;
};

Deno.test("similarity() compares the action alone when the format is right", async () => {
  const target = "x = 5, by the formula";
  const reward = await makeReward("similarity");
  for (const { completion, options, action } of GOOD_OUTPUTS) {
    const ratio = sequenceRatio(action, target);
    assertEquals(await reward.score(splitRollout(completion, options), withTarget(target)), {
      value: ratio,
      parts: { similarity: ratio, format: 0 },
    });
  }
});

Deno.test("similarity() gives -1 when the format is broken", async () => {
  const reward = await makeReward("similarity");
  for (const { completion, options } of BROKEN_OUTPUTS) {
    assertEquals(await reward.score(splitRollout(completion, options), withTarget(completion)), {
      value: -1,
      parts: { similarity: 0, format: -1 },
    });
  }
});

Deno.test("similarity() does not change with the monologue, nor with white space around the target", async () => {
  const reward = await makeReward("similarity");
  const value = async (completion: string, target: string) =>
    (await reward.score(splitRollout(completion), withTarget(target))).value;
  assertEquals(await value("<think>x = 5</think>y", "x = 5"), 0);
  assertEquals(await value("<think>no idea</think>x = 5", "x = 5"), 1);
  assertEquals(await value("<think></think>x", "  x\n"), 1);
});

Deno.test("similarity() compares words or tokens, or without autojunk, when told so", async () => {
  assertEquals(await valueOf({ unit: "word" }, "so x = 2", "then x = 2"), 0.75);
  // Every 16 code points are one token here.
  assertEquals(await valueOf({ unit: "token" }, "abcz", "defq"), 1);
  assertEquals(await valueOf({ unit: "char" }, "abcz", "defq"), 0);
  const [a, b] = ["ab".repeat(99) + "c", "ba".repeat(120)];
  for (const autojunk of [true, false]) {
    assertEquals(await valueOf({ autojunk }, a, b), sequenceRatio(a, b, { autojunk }));
  }
  await assertRejects(() => makeReward(similarity({ unit: "token" })), Error, "needs a tokenizer");
});

Deno.test("similarity() puts the expert first when told so", async () => {
  // difflib.SequenceMatcher(None, "tide", "diet").ratio() and the other way round.
  assertEquals(await valueOf({}, "tide", "diet"), 0.25);
  assertEquals(await valueOf({ order: "expert-first" }, "tide", "diet"), 0.5);
});

Deno.test("similarity() makes white space and LaTeX alike when told so", async () => {
  const [a, b] = ["x  =\n 2", "x = 2"];
  assertAlmostEquals(await valueOf({}, a, b), 10 / 12, 1e-12);
  assertEquals(await valueOf({ normalise: { whitespace: true } }, a, b), 1);
  const [c, d] = [String.raw`$\dfrac{1}{2}$`, String.raw`\(\frac{1}{2}\)`];
  assertEquals(await valueOf({ normalise: { latex: true } }, c, d), 1);
  assertEquals(await valueOf({ normalise: { whitespace: true } }, c, d) < 1, true);
});

Deno.test("similarity() in tokens equals difflib over the ids of Hugging Face's tokenizers", async () => {
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(new URL(`../golden/${name}`, import.meta.url)));
  const { tokenizer: json } = await read("gpt2_style.json");
  const tokenizer = Tokenizer.of({ "tokenizer.json": json, "tokenizer_config.json": "{}" });
  const encode = (text: string) => tokenizer.encode(text);
  const golden: [string, string, number, number][] = await read("token_similarity.json");
  assertEquals(golden.length, 124);
  for (const [at, autojunk] of [[2, true], [3, false]] as const) {
    const reward = await makeReward(similarity({ unit: "token", autojunk }), { encode });
    for (const row of golden) {
      const { value } = await reward.score(acting(row[0]), withTarget(row[1]));
      assertEquals(value, row[at], JSON.stringify(row));
    }
  }
});
