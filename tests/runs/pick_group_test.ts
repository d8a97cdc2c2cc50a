import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { RolloutRow } from "../../src/results/outcome.ts";
import { type GroupFilter, pickGroup } from "../../src/runs/pick_group.ts";

const row = (group: number, reward: number | null): RolloutRow => ({
  step: 0,
  group,
  rollout: 0,
  instance: "a",
  prompt: "p",
  target: "t",
  completion: "c",
  think: null,
  action: null,
  formatError: null,
  reward,
  rewardError: reward === null ? "error: thrown" : null,
  parts: {},
  advantage: null,
  tokens: 1,
});

Deno.test("pickGroup() ranks groups by the rewards that did not fail", () => {
  const groups = [[0, 0.5, null], [1, null, null], [2, 0.2, 0.9], [3, 0.1, 0.1]] as const;
  const rows = groups.flatMap(([group, ...rewards]) => rewards.map((reward) => row(group, reward)));
  const order = (filter: GroupFilter) => {
    const { among } = pickGroup(rows, { step: null, group: 0, filter });
    return Array.from(
      { length: among },
      (_, group) => pickGroup(rows, { step: null, group, filter }).rows[0]!.group,
    );
  };
  assertEquals(order("top"), [2, 0, 3]);
  assertEquals(order("bottom"), [3, 0, 2]);
  assertEquals(order("zero-variance"), [0, 1, 3]);
  assertThrows(() => order("format"), InputError, "step 0 has 0 such groups");
});
