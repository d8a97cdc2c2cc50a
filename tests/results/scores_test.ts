import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { parseColumn } from "../../src/results/columns.ts";
import type { Outcome } from "../../src/results/outcome.ts";
import { scoreOutcomes } from "../../src/results/scores.ts";
import { COLUMNS, syntheticOutcomes } from "./synthetic.ts";

/** Outcomes of one problem: one letter per sample, `r` for right. */
function samples(problem: string, letters: string, rest: Partial<Outcome> = {}): Outcome[] {
  return Array.from(letters, (letter, sample) => ({
    arm: "srl",
    size: "1m",
    seed: 0,
    benchmark: "hard",
    decoding: "sampled",
    problem,
    sample,
    correct: letter === "r",
    extracted: null,
    expected: "1",
    completion: "",
    tokens: 1,
    truncated: false,
    ...rest,
  }));
}

function score(outcomes: Outcome[], label: string): number | undefined {
  return scoreOutcomes(outcomes, [parseColumn(label)])[0]?.score;
}

Deno.test("scoreOutcomes() takes avg@k over the samples taken, and pass@k without bias", () => {
  const outcomes = [...samples("p1", "rwww"), ...samples("p2", "wwww"), ...samples("p3", "rrrr")];
  assertAlmostEquals(score(outcomes, "hard avg@4")!, (0.25 + 0 + 1) / 3, 1e-15);
  assertAlmostEquals(score(outcomes, "hard pass@4")!, 2 / 3, 1e-15);
  // Two of four samples hold the one right one with probability 1/2.
  assertAlmostEquals(score(outcomes, "hard pass@2")!, (0.5 + 0 + 1) / 3, 1e-15);
});

Deno.test("scoreOutcomes() keeps greedy and sampled completions, and benchmarks, apart", () => {
  const outcomes = [
    ...samples("p1", "r", { decoding: "greedy" }),
    ...samples("p1", "ww"),
    ...samples("p1", "w", { decoding: "greedy", benchmark: "easy" }),
  ];
  assertEquals(score(outcomes, "hard greedy"), 1);
  assertEquals(score(outcomes, "hard avg@2"), 0);
  assertEquals(score(outcomes, "easy greedy"), 0);
  assertEquals(score(outcomes, "easy avg@2"), undefined);
});

Deno.test("scoreOutcomes() gives a row per arm, size and seed, with its counts", () => {
  const columns = COLUMNS.map(parseColumn);
  const scores = scoreOutcomes([...syntheticOutcomes("1m"), ...syntheticOutcomes("2m")], columns);
  assertEquals(scores.length, 5 * 2 * 3 * 4);
  assertEquals(
    new Set(scores.map((s) => `${s.problems} ${s.samples} ${s.metric}`)),
    new Set([
      "100 1 greedy",
      "100 8 avg@8",
      "100 8 pass@8",
    ]),
  );
});

Deno.test("scoreOutcomes() equals a count by hand on a large set", () => {
  const outcomes = syntheticOutcomes();
  const own = outcomes.filter((o) =>
    o.arm === "srl" && o.seed === 1 && o.benchmark === "hard" && o.decoding === "sampled"
  );
  const found = scoreOutcomes(outcomes, [parseColumn("hard avg@8")])
    .find(({ arm, seed }) => arm === "srl" && seed === 1);
  assertEquals(own.length, 800);
  assertAlmostEquals(found!.score, own.filter(({ correct }) => correct).length / 800, 1e-15);
});

Deno.test("scoreOutcomes() gives the same last bit in whatever order outcomes come", () => {
  const outcomes = syntheticOutcomes();
  const scores = (rows: Outcome[]) =>
    scoreOutcomes(rows, [parseColumn("hard pass@3")]).map(({ arm, seed, score }) =>
      `${arm} ${seed} ${score}`
    );
  assertEquals(scores(outcomes.toReversed()).toSorted(), scores(outcomes).toSorted());
});

Deno.test("scoreOutcomes() refuses a number of samples that belies the heading", () => {
  const outcomes = samples("p1", "rwww");
  assertThrows(
    () => score(outcomes, "hard avg@8"),
    InputError,
    "avg@8 needs exactly 8 per problem, found 4",
  );
  assertThrows(() => score(outcomes, "hard avg@2"), InputError, "found 4");
  assertThrows(() => score(outcomes, "hard pass@8"), InputError, "pass@8 needs 8 samples, found 4");
  const greedy = samples("p1", "rr", { decoding: "greedy" });
  assertThrows(() => score(greedy, "hard greedy"), InputError, "exactly 1");
});

Deno.test("scoreOutcomes() refuses a sample given twice", () => {
  const outcomes = [...samples("p1", "rw"), ...samples("p1", "r")];
  assertThrows(() => score(outcomes, "hard avg@3"), InputError, "twice");
});

Deno.test("scoreOutcomes() refuses arms or seeds that were given other problems", () => {
  const fewer = [...samples("p1", "r"), ...samples("p2", "r"), ...samples("p1", "r", { seed: 1 })];
  assertThrows(() => score(fewer, "hard avg@1"), InputError, 'problem "p2"');
  const more = [
    ...samples("p1", "r"),
    ...samples("p1", "r", { arm: "rlvr" }),
    ...samples("p9", "r", { arm: "rlvr" }),
  ];
  assertThrows(() => score(more, "hard avg@1"), InputError, 'problem "p9"');
});

Deno.test("scoreOutcomes() refuses problems with unequal numbers of samples between seeds", () => {
  const outcomes = [...samples("p1", "rw"), ...samples("p1", "r", { seed: 1 })];
  assertThrows(() => score(outcomes, "hard pass@1"), InputError, "has 2");
});

Deno.test("scoreOutcomes() gives nothing for nothing", () => {
  assertEquals(scoreOutcomes([], COLUMNS.map(parseColumn)), []);
});
