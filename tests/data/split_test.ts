import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { splitTrajectories } from "../../src/data/split.ts";
import type { Trajectory } from "../../src/data/trajectory.ts";
import { InputError } from "../../src/errors.ts";

/** Trajectories of these problems, ids by place. */
function trajectories(...problems: string[]): Trajectory[] {
  return problems.map((problem, at) => ({
    id: `t${at}`,
    problem,
    steps: [{ action: "a" }, { action: "b" }],
    answer: "",
  }));
}

const problems = Array.from({ length: 40 }, (_, at) => `problem ${at}`);

Deno.test("splitTrajectories() puts each trajectory on one side, in the order of the source", () => {
  const all = trajectories(...problems);
  const { train, validation } = splitTrajectories(all, { validation: 7, seed: 3 });
  assertEquals(validation.length, 7);
  const held = new Set(validation);
  assertEquals(train, all.filter((trajectory) => !held.has(trajectory)));
  assertEquals(validation, all.filter((trajectory) => held.has(trajectory)));
});

Deno.test("splitTrajectories() depends on the seed, not on the order of the rows", () => {
  const held = (seed: number, texts: string[]) =>
    splitTrajectories(trajectories(...texts), { validation: 7, seed }).validation
      .map(({ problem }) => problem).sort();
  assertEquals(held(1, problems), held(1, problems.toReversed()));
  assertNotEquals(held(1, problems), held(2, problems));
});

Deno.test("splitTrajectories() keeps trajectories of one problem together", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { train, validation } = splitTrajectories(trajectories("a", "b", " a\n", "c", "b"), {
      validation: 1,
      seed,
    });
    const sides = [train, validation].map((side) =>
      new Set(side.map(({ problem }) => problem.trim()))
    );
    assertEquals(sides[0]!.intersection(sides[1]!).size, 0);
    assertEquals(sides[1]!.size, 1);
  }
});

Deno.test("splitTrajectories() keeps a problem together that is written in two ways", () => {
  const all = trajectories("What is $2 + 2$?", "what is 2+2", "What is 2 - 2?", "What is 3?");
  for (let seed = 0; seed < 20; seed++) {
    const { validation } = splitTrajectories(all, { validation: 1, seed });
    const ids = validation.map(({ id }) => id).join();
    assertEquals(["t0,t1", "t2", "t3"].includes(ids), true, ids);
  }
});

Deno.test("splitTrajectories() holds nothing out when validation is 0", () => {
  const all = trajectories("a", "b");
  assertEquals(splitTrajectories(all, { validation: 0, seed: 0 }), { train: all, validation: [] });
});

Deno.test("splitTrajectories() refuses to leave nothing to train on", () => {
  assertThrows(
    () => splitTrajectories(trajectories("a", "b", "b"), { validation: 2, seed: 0 }),
    InputError,
    "validation: 2 problems cannot be held out of 2; some must be left to train on",
  );
  for (const validation of [-1, 0.5, NaN]) {
    assertThrows(
      () => splitTrajectories(trajectories("a", "b"), { validation, seed: 0 }),
      InputError,
      `validation: expected a number of problems from 0, found ${validation}`,
    );
  }
});
