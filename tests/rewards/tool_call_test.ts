import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { toolCall, type ToolCallOptions } from "../../src/rewards/tool_call.ts";
import { acting, HOSTILE, withTarget } from "./rollouts.ts";

const write = (name: string, pairs: Record<string, string>) =>
  `<function=${name}>${
    Object.entries(pairs).map(([key, value]) => `<parameter=${key}>${value}</parameter>`).join("")
  }</function>`;

const valueOf = async (action: string, target: string, options: ToolCallOptions = {}) =>
  (await (await makeReward(toolCall(options))).score(acting(action), withTarget(target))).value;

Deno.test("toolCall() weighs the name, then the arguments key by key", async () => {
  const target = write("edit", { path: "/a", text: "abcd" });
  assertEquals(await valueOf(target, target), 1);
  assertEquals(await valueOf(`First.\n${target}`, target), 1);
  assertEquals(await valueOf(write("view", { path: "/a", text: "abcd" }), target), 0);
  assertAlmostEquals(await valueOf(write("edit", {}), target), 0.2, 1e-12);
  assertAlmostEquals(await valueOf(write("edit", { path: "/a" }), target), 0.6, 1e-12);
  // One key too many, and one value half alike: (1 + 1/2 + 0) / 3.
  const other = write("edit", { path: "/a", text: "abxy", more: "1" });
  assertAlmostEquals(await valueOf(other, target), 0.2 + 0.8 * 0.5, 1e-12);
  assertAlmostEquals(await valueOf(other, target, { nameWeight: 0 }), 0.5, 1e-12);
  assertAlmostEquals(await valueOf(other, target, { values: "exact" }), 0.2 + 0.8 / 3, 1e-12);
  assertEquals(await valueOf(write("submit", {}), write("submit", {})), 1);
});

Deno.test("toolCall() compares several calls in order, over the longer list", async () => {
  const [a, b] = [write("a", {}), write("b", {})];
  assertEquals(await valueOf(a + b, a + b), 1);
  assertEquals(await valueOf(a, a + b), 0.5);
  assertEquals(await valueOf(a + b, a), 0.5);
  assertEquals(await valueOf(b + a, a + b), 0);
});

Deno.test("toolCall() gives 0 without a call, and shows its parts", async () => {
  const reward = await makeReward(toolCall());
  const zero = { "tool-call": 0, "tool-call.name": 0, "tool-call.arguments": 0, format: 0 };
  for (const action of ["ls", ...HOSTILE]) {
    const score = await reward.score(acting(action), withTarget(write("bash", {})));
    assertEquals(score, { value: 0, parts: zero });
  }
});

Deno.test("toolCall() throws where the expert's action has no call", async () => {
  await assertRejects(
    () => valueOf(write("a", {}), "Look around."),
    Error,
    'tool-call: expected a call in the expert\'s action, found "Look around."',
  );
});
