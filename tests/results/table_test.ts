import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import type { Outcome } from "../../src/results/outcome.ts";
import { buildTable } from "../../src/results/table.ts";
import { ARMS, COLUMNS, syntheticOutcomes } from "./synthetic.ts";

const frame = {
  arms: ARMS,
  columns: COLUMNS,
  title: "synthetic",
  question: "Does it help?",
  provenance: { dirty: false, commit: "0123abc" },
};

/** One greedy outcome per problem, of which the first `right` are right. */
function greedy(arm: string, seed: number, right: number, problems = 100): Outcome[] {
  return Array.from({ length: problems }, (_, index) => ({
    arm,
    size: "1m",
    seed,
    benchmark: "hard",
    decoding: "greedy",
    problem: `p${index}`,
    sample: 0,
    correct: index < right,
    extracted: null,
    expected: "1",
    completion: "",
    tokens: 1,
    truncated: false,
  }));
}

Deno.test("buildTable() arranges cells by size, arm and column as declared, in whatever order outcomes come", () => {
  const outcomes = [...syntheticOutcomes("10m"), ...syntheticOutcomes("2m")];
  const table = buildTable({ ...frame, outcomes });
  assertEquals(table.sizes, ["2m", "10m"]);
  assertEquals(table.cells.map((c) => c.arm).slice(0, 5), ["base", "base", "base", "base", "sft"]);
  assertEquals(table.cells.slice(0, 4).map((c) => `${c.benchmark} ${c.metric}`), [...COLUMNS]);
  assertEquals(buildTable({ ...frame, outcomes: outcomes.toReversed() }), table);
});

Deno.test("buildTable() takes the interval over seeds, and over problems where there is one seed", () => {
  const outcomes = [
    ...[50, 60, 70].flatMap((right, seed) => greedy("srl", seed, right)),
    ...greedy("base", 0, 3),
  ];
  const { cells } = buildTable({ ...frame, columns: ["hard greedy"], outcomes });
  const [base, srl] = cells;
  assertEquals([base!.over, base!.seeds], ["problems", [0]]);
  assertEquals([srl!.over, srl!.seeds, srl!.problems], ["seeds", [0, 1, 2], 100]);
  assertAlmostEquals(srl!.mean, 0.6, 1e-12);
  // 4.3026527 × 0.1 / √3
  assertAlmostEquals(srl!.high - srl!.mean, 0.24841377, 1e-7);
});

Deno.test("buildTable() calls best only what paired tests find ahead of all others, within its size", () => {
  const best = (right: Record<string, number>) =>
    buildTable({
      ...frame,
      columns: ["hard greedy"],
      outcomes: Object.entries(right).flatMap(([arm, count]) => greedy(arm, 0, count)),
    }).cells.filter((cell) => cell.mark === "best").map(({ arm }) => arm);
  assertEquals(best({ base: 5, srl: 60 }), ["srl"]);
  assertEquals(best({ base: 5, rlvr: 55, srl: 60 }), []);
  // Their intervals touch, but on the same problems all twelve that differ speak for one arm.
  assertEquals(best({ base: 48, srl: 60 }), ["srl"]);
  assertEquals(best({ srl: 60 }), []);
});

Deno.test("buildTable() finds the best of each size by itself", () => {
  const larger = greedy("base", 0, 95).map((outcome) => ({ ...outcome, size: "10m" }));
  const rest = greedy("srl", 0, 10).map((outcome) => ({ ...outcome, size: "10m" }));
  const outcomes = [...greedy("base", 0, 5), ...greedy("srl", 0, 60), ...larger, ...rest];
  const { cells } = buildTable({ ...frame, columns: ["hard greedy"], outcomes });
  assertEquals(cells.filter(({ mark }) => mark === "best").map(({ arm, size }) => [arm, size]), [
    ["srl", "1m"],
    ["base", "10m"],
  ]);
});

Deno.test("buildTable() leaves out what was not measured", () => {
  const { cells } = buildTable({
    ...frame,
    columns: ["hard greedy", "easy greedy"],
    outcomes: greedy("srl", 0, 5),
  });
  assertEquals(cells.map(({ arm, benchmark }) => [arm, benchmark]), [["srl", "hard"]]);
  assertEquals(buildTable({ ...frame, outcomes: [] }).cells, []);
});

Deno.test("buildTable() refuses outcomes of an arm that is not declared, and names declared twice", () => {
  const outcomes = greedy("slr", 0, 5);
  assertThrows(() => buildTable({ ...frame, outcomes }), InputError, 'found arm "slr"');
  assertThrows(
    () => buildTable({ ...frame, outcomes: [], arms: ["srl", "srl"] }),
    InputError,
    "twice",
  );
  const columns = ["hard greedy", "hard greedy"];
  assertThrows(() => buildTable({ ...frame, outcomes: [], columns }), InputError, "twice");
});

Deno.test("buildTable() takes intervals over seeds and problems where asked", () => {
  const outcomes = [59, 60, 61].flatMap((right, seed) => greedy("srl", seed, right));
  const columns = ["hard greedy"];
  const [seeds] = buildTable({ ...frame, columns, outcomes }).cells;
  const [both] = buildTable({ ...frame, columns, outcomes, interval: "seeds and problems" }).cells;
  assertEquals([seeds!.over, both!.over], ["seeds", "seeds and problems"]);
  assertAlmostEquals(both!.mean, seeds!.mean, 1e-12);
  // Seeds that agree say nothing of other problems, which would differ.
  assertEquals(both!.low < seeds!.low - 0.05 && both!.high > seeds!.high + 0.05, true);
});
