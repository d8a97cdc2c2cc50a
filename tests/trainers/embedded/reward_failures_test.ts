import { assertEquals, assertThrows } from "@std/assert";
import type { Judgement } from "../../../src/rewards/protocol.ts";
import { RewardFailures } from "../../../src/trainers/embedded/reward_failures.ts";

const ok: Judgement = { status: "ok", score: { value: 1, parts: {} } };
const error = (message: string): Judgement => ({ status: "error", message });
const late: Judgement = { status: "timeout", message: "late" };
const times = (judgement: Judgement, count: number) => Array<Judgement>(count).fill(judgement);

Deno.test("RewardFailures counts errors and timeouts of each batch", () => {
  const failures = new RewardFailures(1);
  assertEquals(failures.count([ok, error("a"), late, late]), {
    rewardErrors: 1,
    rewardTimeouts: 2,
  });
  assertEquals(failures.count([ok]), { rewardErrors: 0, rewardTimeouts: 0 });
  failures.finish();
});

Deno.test("RewardFailures ends a stage above the share, with the commonest reasons", () => {
  const failures = new RewardFailures(0.1);
  failures.count([...times(ok, 380), ...times(late, 21), ...times(error("a"), 10)]);
  failures.count([...times(ok, 80), ...times(error("b"), 9), error("c"), error("d")]);
  failures.finish();
  assertThrows(
    () => failures.count(times(error("c"), 30)),
    Error,
    "72 of 532 rewards failed; expected at most 0.1 of them (maxRewardFailures): 31 × c; 21 × late; 10 × a",
  );
});

Deno.test("RewardFailures judges few rollouts only at the end, but for a share of 0", () => {
  const failures = new RewardFailures(0.05);
  failures.count([ok, ...times(late, 10)]);
  assertThrows(() => failures.finish(), Error, "10 of 11 rewards failed");
  assertThrows(() => failures.count([late]), Error, "11 of 12 rewards failed");
  assertThrows(() => new RewardFailures(0).count([ok, late]), Error, "1 of 2 rewards failed");
});

Deno.test("RewardFailures goes on from what was counted", () => {
  const first = new RewardFailures(0.1);
  first.count([...times(ok, 10), error("a"), late]);
  const second = new RewardFailures(0.1, JSON.parse(JSON.stringify(first.counts)));
  second.count([error("a")]);
  assertThrows(() => second.finish(), Error, "3 of 13 rewards failed");
  assertThrows(() => second.finish(), Error, "2 × a; 1 × late");
});
