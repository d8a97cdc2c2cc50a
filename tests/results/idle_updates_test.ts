import { assertEquals } from "@std/assert";
import { idleUpdates } from "../../src/results/idle_updates.ts";
import type { CellMetric } from "../../src/results/outcome.ts";

function stage(arm: string, seed: number, position: number, kept: (number | null)[]): CellMetric[] {
  return kept.map((kept, step) => ({
    ...{ arm, size: "1m", seed, stage: position === 0 ? "srl" : "rlvr", position },
    row: kept === null ? { step, validation: 0.5 } : { step, kept },
  }));
}

Deno.test("idleUpdates() names stages in which at least half of the updates had no group", () => {
  assertEquals(
    idleUpdates([
      ...stage("a", 1, 0, [0, 0, 0, 0, null]),
      ...stage("a", 2, 0, [0, 5, 0, 5, null]),
      ...stage("a", 3, 0, [0, 5, 5, 5, null]),
    ]),
    [
      "a, size 1m, seed 1: every group was dropped in 4 of 4 updates of stage srl.",
      "a, size 1m, seed 2: every group was dropped in 2 of 4 updates of stage srl.",
    ],
  );
});

Deno.test("idleUpdates() tells the stages of an arm apart, and is silent about sft", () => {
  assertEquals(
    idleUpdates([
      ...stage("b", 1, 0, [3, 3]),
      ...stage("b", 1, 1, [0, 0]),
      ...stage("c", 1, 0, [null]),
    ]),
    ["b, size 1m, seed 1: every group was dropped in 2 of 2 updates of stage rlvr."],
  );
});
