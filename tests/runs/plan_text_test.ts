import { assertEquals } from "@std/assert";
import { summary } from "../../src/runs/plan_text.ts";
import { planOf } from "./fixtures.ts";

Deno.test("summary() says what is to be done, and what became of the data", async () => {
  const plan = await planOf();
  const input = {
    plan,
    notes: ["data: solutions.jsonl: 4 of 5 rows used"],
    stages: plan.stages,
    finished: new Set(plan.stages.slice(1).map(({ id }) => id)),
    seconds: new Map(),
    total: 120,
    calibration: { stages: 1, factors: {} },
    jobs: "2 at once",
  };
  assertEquals(summary(input), [
    "five: Which is best?",
    "data: solutions.jsonl: 4 of 5 rows used",
    "5 arms × 1 size × 1 seed = 5 cells; 9 stages: 8 finished already, 1 to run",
    "2 at once; about 2 min (from 1 stage finished on this machine)",
  ]);
  const all = { ...input, notes: [], finished: new Set(plan.stages.map(({ id }) => id)) };
  assertEquals(summary(all), [
    "five: Which is best?",
    "5 arms × 1 size × 1 seed = 5 cells; 9 stages: 9 finished already, 0 to run",
  ]);
});
