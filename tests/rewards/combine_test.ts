/** @file Bounds and values of every combinator. */
import { assertEquals, assertRejects } from "@std/assert";
import { annealed } from "../../src/rewards/annealed.ts";
import { clipped } from "../../src/rewards/clipped.ts";
import type { RewardDeclaration } from "../../src/rewards/declaration.ts";
import { formatReward } from "../../src/rewards/format_reward.ts";
import { gate } from "../../src/rewards/gate.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { minOf } from "../../src/rewards/min_of.ts";
import { weightedSum } from "../../src/rewards/weighted_sum.ts";
import { acting, withTarget } from "./rollouts.ts";

/** A reward of this value in the format, and of 0 or -1 else. */
const worth = (ok: number, broken: -1 | 0 = 0): RewardDeclaration => formatReward({ ok, broken });

const made = async (declared: RewardDeclaration, update?: number) => {
  const reward = await makeReward(declared);
  const rollout = { ...acting("x"), ...update === undefined ? {} : { update } };
  return [(await reward.score(rollout, withTarget("x"))).value, ...reward.range];
};

Deno.test("weightedSum() adds weighted values and bounds, also for negative weights", async () => {
  const of = [{ weight: 2, reward: worth(1) }, { weight: -0.5, reward: worth(3, -1) }];
  assertEquals(await made(weightedSum(of)), [0.5, -1.5, 2.5]);
});

Deno.test("gate() lets a reward through above the bound, not at it", async () => {
  assertEquals(await made(gate({ reward: worth(3, -1), when: worth(0.5) })), [3, -1, 3]);
  assertEquals(await made(gate({ reward: worth(3), when: worth(0.5), above: 0.5 })), [0, 0, 3]);
});

Deno.test("minOf() takes the least value", async () => {
  assertEquals(await made(minOf([worth(3, -1), worth(2)])), [2, -1, 2]);
});

Deno.test("clipped() holds values and bounds", async () => {
  assertEquals(await made(clipped({ reward: worth(3, -1), low: 0.5, high: 2 })), [2, 0.5, 2]);
  assertEquals(await made(clipped({ reward: worth(1), low: -5, high: 5 })), [1, 0, 1]);
});

Deno.test("annealed() moves from one reward to the other between two updates", async () => {
  const declared = annealed({ from: worth(1), to: worth(3, -1), start: 10, end: 20 });
  for (const [update, value] of [[0, 1], [10, 1], [15, 2], [20, 3], [99, 3]] as const) {
    assertEquals(await made(declared, update), [value, -1, 3]);
  }
  await assertRejects(() => made(declared), TypeError, "expected the number of optimiser updates");
});
