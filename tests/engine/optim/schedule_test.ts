import { assert } from "@std/assert";
import { learningRateAt, type Schedule } from "../../../src/engine/optim/schedule.ts";
import golden from "../../golden/engine_schedules.json" with { type: "json" };

for (const { schedule, rates } of golden.schedules) {
  const { kind, warmup, updates } = schedule;
  Deno.test(`learningRateAt() is transformers' ${kind} over ${updates} with ${warmup} of warm-up`, () => {
    rates.forEach((rate, i) => {
      const found = learningRateAt(schedule as Schedule, i);
      assert(Math.abs(found - rate) <= 1e-15 * schedule.peak, `update ${i}: ${found}, not ${rate}`);
    });
  });
}

Deno.test("learningRateAt() is never negative, not even after the last update", () => {
  for (const kind of ["constant", "linear", "cosine"] as const) {
    for (let i = 0; i < 20; i++) {
      assert(learningRateAt({ kind, peak: 1, warmup: 0.1, updates: 10 }, i) >= 0);
    }
  }
});
