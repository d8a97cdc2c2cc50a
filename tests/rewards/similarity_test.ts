import { assertEquals } from "@std/assert";
import { sequenceRatio } from "../../src/rewards/sequence_ratio.ts";
import { similarity } from "../../src/rewards/similarity.ts";
import { BROKEN_OUTPUTS, GOOD_OUTPUTS } from "./format_fixtures.ts";

Deno.test("similarity() compares the action alone when the format is right", () => {
  const target = "x = 5, by the formula";
  for (const { completion, options, think, action } of GOOD_OUTPUTS) {
    const ratio = sequenceRatio(action, target);
    assertEquals(similarity(options)({ completion, target }), {
      reward: ratio,
      think,
      action,
      formatError: null,
      parts: { similarity: ratio, format: 0 },
    });
  }
});

Deno.test("similarity() gives -1 and the fault's code when the format is broken", () => {
  for (const { completion, options, reason } of BROKEN_OUTPUTS) {
    assertEquals(similarity(options)({ completion, target: completion }), {
      reward: -1,
      think: null,
      action: null,
      formatError: reason,
      parts: { similarity: 0, format: -1 },
    });
  }
});

Deno.test("similarity() does not change with the monologue", () => {
  const reward = similarity();
  const target = "x = 5";
  assertEquals(reward({ completion: "<think>x = 5</think>y", target }).reward, 0);
  assertEquals(reward({ completion: "<think>no idea</think>x = 5", target }).reward, 1);
});

Deno.test("similarity() ignores white space around the expert's action", () => {
  assertEquals(similarity()({ completion: "<think></think>x", target: "  x\n" }).reward, 1);
});

Deno.test("similarity() compares words, or without autojunk, when told so", () => {
  const rollout = { completion: "<think></think>so x = 2", target: "then x = 2" };
  assertEquals(similarity({ unit: "word" })(rollout).reward, 0.75);
  const long = { completion: "<think></think>" + "ab".repeat(99) + "c", target: "ba".repeat(120) };
  const [a, b] = ["ab".repeat(99) + "c", "ba".repeat(120)];
  for (const autojunk of [true, false]) {
    assertEquals(similarity({ autojunk })(long).reward, sequenceRatio(a, b, { autojunk }));
  }
});
