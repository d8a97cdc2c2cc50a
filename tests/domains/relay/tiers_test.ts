import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { RELAY_ALPHABET, relayFormat } from "../../../src/domains/relay/format.ts";
import { baseDemonstration, relayTask } from "../../../src/domains/relay/tiers.ts";
import { verify } from "../../../src/domains/relay/verify.ts";
import { buildCharTokenizer } from "../../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../../src/policy/tokenizer/tokenizer.ts";
import { splitRollout } from "../../../src/rewards/mod.ts";
import { solve } from "./solve.ts";

const TIERS = ["easy", "medium", "hard"] as const;
const TOKENIZER = Tokenizer.of(
  buildCharTokenizer(RELAY_ALPHABET, ["<pad>", "<bos>", "<eos>", "<think>", "</think>"]),
);
const many = (tier: typeof TIERS[number], count = 40) =>
  Array.from({ length: count }, (_, i) => relayTask(tier, "train", 1, i));

Deno.test("relayTask() gives equal problems for equal arguments, and others for others", () => {
  for (const tier of TIERS) {
    assertEquals(relayTask(tier, "train", 1, 5), relayTask(tier, "train", 1, 5));
    const others = [
      relayTask(tier, "train", 1, 5),
      relayTask(tier, "validation", 1, 5),
      relayTask(tier, "benchmark", 1, 5),
      relayTask(tier, "train", 2, 5),
      relayTask(tier, "train", 1, 6),
    ];
    assertEquals(new Set(others.map(({ id }) => id)).size, 5);
    assertEquals(new Set(others.map(({ problem }) => problem)).size, 5);
  }
});

Deno.test("relayTask() gives the true answer, an outline and a thought-out solution that reach it", () => {
  for (const task of TIERS.flatMap((tier) => many(tier))) {
    const { values, asked } = solve(task.problem);
    assertEquals(task.answer, asked.map((name) => values.get(name)).join(""));
    for (const completion of [relayFormat.outline(task), task.solution!]) {
      assertEquals(verify(task.answer, completion), {
        correct: true,
        extracted: task.answer,
      });
    }
    const lines = task.solution!.split("\n");
    assertEquals(lines.length, task.steps.length);
    lines.forEach((completion, i) => {
      const { action } = splitRollout(completion, { action: relayFormat.action! });
      assertEquals(action, task.steps[i]!.action);
    });
  }
});

Deno.test("relayTask() gives a trace of reasoning that fits with the outline into the budget of longer chains", () => {
  for (const task of many("hard")) {
    const text = `<think>\n${task.reasoning}\n</think>\n\n${relayFormat.outline(task)}`;
    assert(TOKENIZER.encode(text).length + 1 <= task.budget!, task.id);
    assertEquals(TOKENIZER.decode(TOKENIZER.encode(text)), text);
    assertEquals(verify(task.answer, text).correct, true);
  }
});

Deno.test("relayTask() has a budget for the expert's length and about one step more", () => {
  for (const tier of TIERS) {
    for (const task of many(tier)) {
      // One more for the token that ends the completion.
      const length = TOKENIZER.encode(task.solution!).length + 1;
      const step = length / task.steps.length;
      assert(task.budget! >= length && task.budget! <= length + 1.5 * step, task.id);
    }
  }
});

Deno.test("relayTask() uses the alphabet, in prompts of every tier", () => {
  for (const { problem, solution, steps } of TIERS.flatMap((tier) => many(tier, 10))) {
    for (const text of [relayFormat.prompt.render(problem, steps), solution!]) {
      assertEquals(TOKENIZER.decode(TOKENIZER.encode(text)), text);
    }
  }
});

Deno.test("relayTask() asks for longer chains in harder tiers", () => {
  const longest = TIERS.map((tier) => Math.max(...many(tier).map(({ steps }) => steps.length)));
  const words = TIERS.map((tier) => Math.max(...many(tier).map(({ problem }) => problem.length)));
  for (const list of [longest, words]) assertEquals(list, list.toSorted((a, b) => a - b));
  assertNotEquals(longest[0], longest[2]);
});

Deno.test("baseDemonstration() continues a problem, from its beginning or from steps, to the right answer", () => {
  const found = { drills: 0, fresh: 0, continued: 0 };
  for (let i = 0; i < 120_000; i += 997) {
    const { prompt, completions } = baseDemonstration(1, i);
    assertEquals(baseDemonstration(1, i), { prompt, completions });
    assertNotEquals(baseDemonstration(2, i).prompt, prompt);
    // Drills ask for nothing; their test is elsewhere.
    if (!prompt.includes("?")) {
      found.drills++;
      continue;
    }
    const [problem, ...taken] = prompt.trimEnd().split("\n");
    const { values, asked } = solve(problem!);
    found[taken.length > 0 ? "continued" : "fresh"]++;
    assert(prompt.endsWith("\n") && completions.length > 0);
    for (const completion of completions) {
      const answer = asked.map((name) => values.get(name)).join("");
      assert(verify(answer, completion).correct);
      const actions = [
        ...taken,
        ...completion.split("\n").map((line) => line.split("</think>")[1]!),
      ];
      for (const action of actions.slice(0, -1)) {
        assertEquals(Number(action[2]), values.get(action[0]!), action);
      }
      assertEquals(TOKENIZER.decode(TOKENIZER.encode(prompt + completion)), prompt + completion);
    }
  }
  for (const [kind, count] of Object.entries(found)) assert(count > 5, `${count} ${kind}`);
});
