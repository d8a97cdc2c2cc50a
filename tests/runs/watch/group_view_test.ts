import { assertEquals, assertLess } from "@std/assert";
import { matchingBlocks } from "../../../src/rewards/sequence_ratio.ts";
import { groupView, LONGEST_SHOWN, type Segment } from "../../../src/runs/watch/group_view.ts";
import { rolloutRow } from "./scene.ts";

const marked = (segments: readonly Segment[] = []) =>
  segments.filter(([, marked]) => marked).map(([text]) => text);

Deno.test("groupView() marks on both sides what the reward's matcher matches", () => {
  const action = "so x = 2 + 3 = 5 🙂, and y";
  const target = "then x = 2 + 3 = 6 🙂, y";
  const [row] = groupView([rolloutRow({ action, target })]).rollouts;
  const blocks = matchingBlocks(action, target);
  const cut = (text: string, side: "a" | "b") =>
    blocks.map((block) => [...text].slice(block[side], block[side] + block.size).join(""));
  assertEquals(marked(row?.wrote).join(""), cut(action, "a").join(""));
  assertEquals(marked(row?.expert).join(""), cut(target, "b").join(""));
  assertEquals(row?.wrote.map(([text]) => text).join(""), action);
  assertEquals(row?.expert.map(([text]) => text).join(""), target);
});

Deno.test("groupView() sorts rollouts, and says what a group's rewards come to", () => {
  const group = groupView([
    rolloutRow({ rollout: 2, reward: null, rewardError: "timeout: 5 s", parts: {} }),
    rolloutRow({ rollout: 0, reward: 0.5 }),
    rolloutRow({ rollout: 1, reward: 1 }),
  ]);
  assertEquals(group.rollouts.map(({ rollout }) => rollout), [0, 1, 2]);
  assertEquals([group.mean, group.flat], [0.75, false]);
  assertEquals(group.rollouts[2]?.complaints, ["reward: timeout: 5 s"]);
  const failed = groupView([rolloutRow({ reward: null })]);
  assertEquals([failed.mean, failed.flat], [null, true]);
});

Deno.test("groupView() shows the whole completion where the format was refused, nothing marked", () => {
  const refused = { action: null, think: null, formatError: "no <think>", completion: "b=7" };
  const [row] = groupView([rolloutRow(refused)]).rollouts;
  assertEquals([row?.isAction, row?.wrote, row?.expert], [false, [["b=7", false]], [[
    "b=7",
    false,
  ]]]);
  assertEquals(row?.complaints, ["format: no <think>"]);
});

Deno.test("groupView() shows hostile text as escapes, cut, and in time", () => {
  const hostile = [
    "x".repeat(1 << 20),
    "\u202e".repeat(1 << 20),
    "🙂".repeat(1 << 19),
    "\ud800".repeat(1 << 20),
    "a\u0301".repeat(1 << 19),
  ];
  const begun = performance.now();
  for (const text of hostile) {
    const { prompt, rollouts: [row] } = groupView([
      rolloutRow({ prompt: text, think: text, action: text, target: text, instance: text }),
    ]);
    const wrote = row?.wrote.map(([part]) => part).join("") ?? "";
    assertEquals(wrote.endsWith(` … (${text.length} characters in all)`), true);
    assertLess([...wrote].length, 9 * LONGEST_SHOWN);
    assertEquals(/[\u202e\ud800]/u.test(wrote + prompt), false);
    assertEquals(row?.complaints, ["too long for the matching blocks to be shown"]);
  }
  assertLess(performance.now() - begun, 10_000);
});
