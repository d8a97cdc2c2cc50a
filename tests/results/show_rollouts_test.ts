import {
  assert,
  assertEquals,
  assertLessOrEqual,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { displayWidth } from "../../src/results/glyphs.ts";
import type { RolloutRow } from "../../src/results/outcome.ts";
import { showRollouts } from "../../src/results/show_rollouts.ts";

const ESC = "\x1b";

function row(rest: Partial<RolloutRow> = {}): RolloutRow {
  return {
    step: 40,
    group: 3,
    rollout: 0,
    instance: "easy-12#2",
    prompt: "b=m-3;e=7;j=e-6?j",
    target: "j=1",
    completion: "<think>j=e-6=7-6</think>j=2",
    think: "j=e-6=7-6",
    action: "j=2",
    formatError: null,
    reward: 2 / 3,
    rewardError: null,
    parts: { similarity: 2 / 3, format: 0 },
    advantage: -0.8125,
    tokens: 23,
    ...rest,
  };
}

Deno.test("showRollouts() shows prompt and expert once, and each rollout's action beside the expert's", () => {
  const text = showRollouts([row({ rollout: 1, action: "j=1" }), row()], { color: false });
  const lines = text.split("\n");
  assertEquals(lines[0], "after 40 updates, group 3: easy-12#2");
  assertEquals(text.match(/prompt │ b=m-3;e=7;j=e-6\?j/g)?.length, 1);
  assertEquals(lines.filter((line) => line.startsWith("rollout")), [
    "rollout 0   reward 0.667   advantage -0.813   23 tokens",
    "rollout 1   reward 0.667   advantage -0.813   23 tokens",
  ]);
  assertEquals(lines.filter((line) => /^ {2}action │ j=2 +expert │ j=1$/.test(line)).length, 1);
  assertEquals(lines.filter((line) => /^ {2}think {2}│ j=e-6=7-6$/.test(line)).length, 2);
  const parts = "  parts  │ similarity 0.667   format 0.000";
  assertEquals(lines.filter((line) => line === parts).length, 2);
});

Deno.test("showRollouts() shows what was written, and why it was refused, when the format is broken", () => {
  const broken = row({
    think: null,
    action: null,
    formatError: "no </think>",
    reward: -1,
    completion: "j=1 j=1",
  });
  const text = showRollouts([broken], { color: false });
  assertStringIncludes(text, "format error: no </think>");
  assertStringIncludes(text, "wrote  │ j=1 j=1");
  assertStringIncludes(text, "reward -1.000");
  assertEquals(text.includes("think  │"), false);
});

Deno.test("showRollouts() says why there is no reward", () => {
  const failed = { reward: null, rewardError: "timeout: no score after 5000 ms", parts: {} };
  const text = showRollouts([row({ ...failed, advantage: null })], { color: false });
  assertStringIncludes(text, "rollout 0   no reward   no advantage: reward failed   23 tokens");
  assertStringIncludes(text, "reward timeout: no score after 5000 ms");
  assertEquals(text.includes("parts"), false);
});

Deno.test("showRollouts() says so when a rollout is masked in a group that is trained on", () => {
  const rows = [row({}), row({ rollout: 1, advantage: null })];
  const text = showRollouts(rows, { color: false });
  assertStringIncludes(text, "advantage: cut off and masked");
  assertEquals(text.includes("dropped"), false);
});

Deno.test("showRollouts() says so when dynamic sampling dropped the group", () => {
  assertStringIncludes(showRollouts([row({ advantage: null })], { color: false }), "group dropped");
});

Deno.test("showRollouts() paints the blocks that both actions share, and nothing without colour", () => {
  const shown = row({ action: "so n=3", target: "n=6" });
  const colored = showRollouts([shown], { color: true });
  assertStringIncludes(colored, `so ${ESC}[32mn=${ESC}[39m3`);
  assertStringIncludes(colored, `${ESC}[22m${ESC}[32mn=${ESC}[39m6`);
  assertEquals(showRollouts([shown], { color: false }).includes(ESC), false);
});

Deno.test("showRollouts() keeps untrusted text from driving the terminal, and within the width", () => {
  const evil = `${ESC}[2J${ESC}]0;title\x07\u202e漢字\r${"w".repeat(500)}\n${"a b ".repeat(200)}`;
  const fields = { instance: evil, prompt: evil, target: evil, completion: evil, think: evil };
  for (const action of [evil, null]) {
    const strange = {
      ...fields,
      action,
      formatError: evil,
      rewardError: evil,
      parts: { [evil]: 1 },
    };
    const text = showRollouts([row(strange)], { color: false });
    assertEquals(/[^\P{C}\n]/u.test(text), false);
    for (const line of text.split("\n")) assertLessOrEqual(displayWidth(line), 100);
  }
});

Deno.test("showRollouts() shows an empty action and an empty target", () => {
  const text = showRollouts([row({ action: "", think: "", target: "" })], { color: false });
  assert(/action │ +expert │$/m.test(text));
});

Deno.test("showRollouts() refuses no rollouts, and those of several groups", () => {
  assertThrows(() => showRollouts([]), InputError, "found none");
  assertThrows(() => showRollouts([row(), row({ group: 4 })]), InputError, "step 40, group 4");
  assertThrows(() => showRollouts([row(), row({ step: 41 })]), InputError, "step 41, group 3");
});

Deno.test("showRollouts() shows the way to an answer that alone was looked for", () => {
  const completion = "<think>add</think>j=1\n#188";
  const text = showRollouts([row({ think: null, action: "188", completion })], { color: false });
  assert(/wrote +│ <think>add<\/think>j=1\n +│ #188\n/.test(text), text);
  assert(/action │ 188 +expert/.test(text), text);
});
