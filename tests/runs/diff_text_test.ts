import { assertEquals, assertStringIncludes } from "@std/assert";
import { rlvr } from "../../src/experiment/rlvr.ts";
import { srl } from "../../src/experiment/srl.ts";
import type { Plan } from "../../src/experiment/plan.ts";
import { findCell } from "../../src/runs/cell_name.ts";
import { comparedCell } from "../../src/runs/compared_cell.ts";
import { diffLines } from "../../src/runs/diff_text.ts";
import { planOf, Workplace } from "./fixtures.ts";

async function diffOf(place: Workplace, plan: Plan, left: string, right: string) {
  const of = (name: string) => comparedCell(name, plan);
  const lines = await diffLines(await of(left), await of(right), place.store);
  assertEquals(lines.every((line) => [...line].length <= 100), true);
  // Lines by section, columns one space apart.
  return lines.join("\n").split("\n\n").map((block) => block.replace(/ {2,}/g, " ").split("\n"));
}

const arms = {
  base: [],
  srl: [srl({ updates: 60, learningRate: 3e-4 })],
  plain: [
    srl({ updates: 60, learningRate: 1e-4, reward: { kind: "similarity", autojunk: false } }),
  ],
  rlvr: [rlvr({ updates: 60, learningRate: 3e-4, groups: 8 })],
};

Deno.test("diffLines() gives config, data, engine and metrics, and only what differs", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms, seeds: [1, 2] });
  await place.run(plan);
  const blocks = await diffOf(place, plan, "srl/1", "plain/2");
  assertEquals(blocks, [
    ["srl/1m/1 and plain/1m/2"],
    [
      "config",
      " srl/1m/1 plain/1m/2",
      " 1 srl: learningRate 0.0003 0.0001",
      " 1 srl: reward.autojunk true false",
      " seed 1 2",
    ],
    ["data", " the same"],
    ["engine", " the same"],
    [
      "metrics",
      " srl/1m/1 plain/1m/2",
      " hard greedy 50.0 % 50.0 % 0.0",
      " hard avg@8 50.0 % 50.0 % 0.0",
      " hard pass@8 50.0 % 50.0 % 0.0",
      " last reward 1 1 0",
    ],
  ]);
});

Deno.test("diffLines() compares what stages of two kinds have in common, and no training at all", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms });
  await place.run(plan);
  const [, config] = await diffOf(place, plan, "srl", "rlvr");
  assertEquals(config!.slice(1), [
    " srl/1m/1 rlvr/1m/1",
    " stages srl rlvr",
    " 1 srl | rlvr: groups 32 8",
    " 1 srl | rlvr: reward similarity answer",
  ]);
  const [, none, , , metrics] = await diffOf(place, plan, "base", "srl");
  assertEquals(none![2], " stages no training srl");
  assertEquals(metrics!.slice(2), [
    " hard greedy 0.0 % 50.0 % +50.0",
    " hard avg@8 0.0 % 50.0 % +50.0",
    " hard pass@8 0.0 % 50.0 % +50.0",
    " last reward – 1",
  ]);
});

Deno.test("diffLines() tells apart what made two cells", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms });
  await place.run(plan);
  const { evaluation } = findCell(plan.cells, "srl", "--diff");
  const path = `${place.store.dir(evaluation)}/provenance.json`;
  const made = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      ...made,
      commit: "f".repeat(40),
      dirty: true,
      cpu: `a ${"long ".repeat(40)}`,
    }),
  );
  const [, , , engine] = await diffOf(place, plan, "srl", "plain");
  assertEquals(engine!.slice(2, 4), [
    " commit 0123456789ab, ffffffffffff 0123456789ab",
    " dirty false, true false",
  ]);
  assertStringIncludes(engine![4]!, "…");
});

Deno.test("diffLines() says which cell is not finished", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms });
  const blocks = await diffOf(place, plan, "srl", "plain");
  assertEquals(blocks.at(-1), ["metrics", " not finished: srl/1m/1, plain/1m/1"]);
});

Deno.test("diffLines() compares cells of two experiments, with the scores of both", async () => {
  await using place = new Workplace();
  const relayed = { domain: "relay", tier: "easy", problems: 2 } as const;
  const [plan, other] = [
    await planOf({ arms }),
    await planOf({
      arms,
      name: "other",
      seeds: [2],
      evaluation: { benchmarks: { easy: relayed }, samples: 0 },
    }),
  ];
  await place.run(plan);
  await place.run(other);
  const [left, right] = [await comparedCell("srl", plan), await comparedCell("srl", other)];
  const lines = await diffLines(
    { ...left, name: "a" },
    { ...right, name: "b.ts:srl" },
    place.store,
  );
  const text = lines.join("\n").replace(/ {2,}/g, " ");
  assertStringIncludes(text, "a and b.ts:srl\n");
  assertStringIncludes(text, "\n seed 1 2\n");
  assertStringIncludes(text, "\n hard greedy 50.0 % –\n");
  assertStringIncludes(text, "\n easy greedy – 50.0 %\n");
  assertStringIncludes(text, "\n last reward 1 1 0");
});

/** Puts metrics into the first stage of a cell. */
async function leave(
  place: Workplace,
  plan: Plan,
  name: string,
  rows: readonly Readonly<Record<string, number>>[],
): Promise<void> {
  const { training } = findCell(plan.cells, name, "--diff");
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  await Deno.writeTextFile(`${place.store.dir(training[0]!)}/metrics.jsonl`, text);
}

Deno.test("diffLines() takes the last value of each metric, not the last row's alone", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms });
  await place.run(plan);
  await leave(place, plan, "srl", [
    { step: 0, reward: 0.2, kl: 0.1 },
    { step: 1, reward: 0.4 },
    { step: 2, validation: 1 },
  ]);
  const blocks = await diffOf(place, plan, "srl", "plain");
  assertEquals(blocks.at(-1)!.slice(-3), [
    " last kl 0.1 –",
    " last reward 0.4 1 +0.6",
    " last validation 1 –",
  ]);
});

Deno.test("diffLines() gives whole numbers whole, others to four digits, and no sign to no difference", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms });
  await place.run(plan);
  await leave(place, plan, "srl", [{ step: 0, loss: 0.123456, tokens: 158291, reward: 1 }]);
  await leave(place, plan, "plain", [{ step: 0, loss: 0.023456, tokens: 17880, reward: 1 }]);
  const blocks = await diffOf(place, plan, "srl", "plain");
  assertEquals(blocks.at(-1)!.slice(-3), [
    " last loss 0.1235 0.02346 -0.1",
    " last reward 1 1 0",
    " last tokens 158291 17880 -140411",
  ]);
});
