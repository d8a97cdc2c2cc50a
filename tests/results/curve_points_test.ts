import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { curvePoints } from "../../src/results/curve_points.ts";
import type { CellMetric } from "../../src/results/outcome.ts";
import { ARMS, syntheticMetrics } from "./synthetic.ts";

/** Rows of one stage: reward by step. */
function stage(
  arm: string,
  kind: string,
  position: number,
  rewards: Record<number, number | null>,
  rest: Partial<CellMetric> = {},
): CellMetric[] {
  return Object.entries(rewards).map(([step, reward]) => ({
    arm,
    size: "1m",
    seed: 0,
    stage: kind,
    position,
    row: { step: Number(step), reward },
    ...rest,
  }));
}

Deno.test("curvePoints() gives mean and range over the seeds that have the metric", () => {
  const metrics = [
    ...stage("srl", "srl", 0, { 1: 0.2, 2: 0.3, 3: null }),
    ...stage("srl", "srl", 0, { 1: 0.4, 2: null, 3: null }, { seed: 1 }),
  ];
  const points = curvePoints(metrics, "reward", ["srl"]);
  assertEquals(points.map(({ update, low, high, seeds }) => [update, low, high, seeds]), [
    [1, 0.2, 0.4, 2],
    [2, 0.3, 0.3, 1],
  ]);
  assertAlmostEquals(points[0]!.mean, 0.3, 1e-15);
});

Deno.test("curvePoints() draws a shared stage once, and its successors after its last update", () => {
  const metrics = [
    ...stage("srl → rlvr", "srl", 0, { 10: 0.4, 20: 0.5 }),
    ...stage("srl → rlvr", "rlvr", 1, { 0: 0.1, 5: 0.2 }),
    ...stage("srl", "srl", 0, { 10: 0.4, 20: 0.5 }),
  ];
  const drawn = curvePoints(metrics, "reward", ["srl", "srl → rlvr"])
    .map(({ arm, stage, update }) => [arm, stage, update]);
  assertEquals(drawn, [
    ["srl", "srl", 10],
    ["srl", "srl", 20],
    ["srl → rlvr", "rlvr", 20],
    ["srl → rlvr", "rlvr", 25],
  ]);
});

Deno.test("curvePoints() counts a stage's updates even where it lacks the metric", () => {
  const sft = [{
    arm: "a",
    size: "1m",
    seed: 0,
    stage: "sft",
    position: 0,
    row: { step: 30, loss: 1 },
  }];
  const points = curvePoints([...sft, ...stage("a", "rlvr", 1, { 5: 0.2 })], "reward", ["a"]);
  assertEquals(points.map(({ update }) => update), [35]);
});

Deno.test("curvePoints() draws equal rows twice where the stage before them differs", () => {
  const metrics = [
    ...stage("a", "sft", 0, { 10: 0.1 }),
    ...stage("a", "rlvr", 1, { 10: 0 }),
    ...stage("b", "srl", 0, { 10: 0.7 }),
    ...stage("b", "rlvr", 1, { 10: 0 }),
  ];
  assertEquals(curvePoints(metrics, "reward", ["a", "b"]).length, 4);
});

Deno.test("curvePoints() does not depend on the order of the rows", () => {
  const metrics = syntheticMetrics();
  assertEquals(
    curvePoints(metrics.toReversed(), "reward", ARMS),
    curvePoints(metrics, "reward", ARMS),
  );
});

Deno.test("curvePoints() draws the synthetic experiment's three stages with a reward", () => {
  const drawn = curvePoints(syntheticMetrics(), "reward", ARMS).map((p) => `${p.arm}: ${p.stage}`);
  assertEquals([...new Set(drawn)], ["rlvr: rlvr", "srl: srl", "srl → rlvr: rlvr"]);
});

Deno.test("curvePoints() refuses two rows for one step, and an arm that is not declared", () => {
  const twice = [...stage("a", "srl", 0, { 1: 0 }), ...stage("a", "srl", 0, { 1: 1 })];
  assertThrows(() => curvePoints(twice, "reward", ["a"]), InputError, "two rows for step 1");
  assertThrows(() => curvePoints(twice, "reward", ["b"]), InputError, '"a"');
});
