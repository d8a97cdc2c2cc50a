import { assert, assertEquals, assertLess, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { CELL_METRICS, OUTCOMES, readRows } from "../../src/results/jsonl_rows.ts";
import { writeResults } from "../../src/results/write_results.ts";
import { ARMS, COLUMNS, syntheticMetrics, syntheticOutcomes } from "./synthetic.ts";

const input = {
  outcomes: syntheticOutcomes(),
  metrics: syntheticMetrics(),
  arms: ARMS,
  columns: COLUMNS,
  title: "synthetic",
  question: "Does it help?",
  provenance: { dirty: false, commit: "0123abc" },
};

const FILES = [
  "comparison.png",
  "comparison.svg",
  "metrics.jsonl",
  "metrics.parquet",
  "outcomes.jsonl",
  "outcomes.parquet",
  "reward.png",
  "reward.svg",
  "schema.json",
  "table.csv",
  "table.md",
  "validation.png",
  "validation.svg",
];

async function contents(dir: string): Promise<Record<string, Uint8Array>> {
  const entries = await Array.fromAsync(Deno.readDir(dir));
  const names = entries.map(({ name }) => name).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await Deno.readFile(`${dir}/${name}`)])),
  );
}

Deno.test("writeResults() writes every file in time, the same bytes whatever the rows' order", async () => {
  const [one, two] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const start = performance.now();
  const text = await writeResults(one, input, { color: false });
  // About half a second on two idle cores; the bound leaves room for busy ones.
  assertLess(performance.now() - start, 10_000);
  assertStringIncludes(text, "srl → rlvr");
  await writeResults(two, {
    ...input,
    outcomes: input.outcomes.toReversed(),
    metrics: input.metrics.toReversed(),
  });
  const [first, second] = [await contents(one), await contents(two)];
  assertEquals(Object.keys(first), FILES);
  for (const name of FILES) assert(second[name]!.toHex() === first[name]!.toHex(), name);
  await Deno.remove(one, { recursive: true });
  await Deno.remove(two, { recursive: true });
});

Deno.test("writeResults() keeps every row", async () => {
  const dir = await Deno.makeTempDir();
  await writeResults(dir, input, { color: false });
  assertEquals((await readRows(OUTCOMES, `${dir}/outcomes.jsonl`)).length, input.outcomes.length);
  const metrics = await readRows(CELL_METRICS, `${dir}/metrics.jsonl`);
  assertEquals(metrics.length, input.metrics.length);
  assertEquals(metrics[0]!.arm, "sft");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("writeResults() says below the table what could not be verified, and scores it as not solved", async () => {
  const dir = await Deno.makeTempDir();
  const outcomes = input.outcomes.map((outcome) =>
    outcome.arm !== "srl" || outcome.correct !== true ? outcome : {
      ...outcome,
      correct: null,
      unverified: "timeout: no score after 5000 ms",
      extracted: null,
    }
  );
  const text = await writeResults(dir, { ...input, outcomes }, { color: false });
  const table = await Deno.readTextFile(`${dir}/table.md`);
  for (const part of [text.replaceAll(/\s+/g, " "), table]) {
    assert(/hard: \d+ of \d+ completions could not be verified \(srl \d+\)/.test(part), part);
  }
  assert(/\| srl +\| +0\.0/.test(table), table);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("writeResults() removes a plot from earlier for which there are no rows now", async () => {
  const dir = await Deno.makeTempDir();
  await writeResults(dir, input, { color: false });
  await writeResults(dir, { ...input, metrics: [] }, { color: false });
  const names = Object.keys(await contents(dir));
  assertEquals(names, FILES.filter((name) => !/^(reward|validation)/.test(name)));
  await Deno.remove(dir, { recursive: true });
});

Deno.test("writeResults() taints the table and every plot of a dirty tree", async () => {
  const dir = await Deno.makeTempDir();
  const dirty = { ...input, provenance: { dirty: true, commit: "0123abc" } };
  assertStringIncludes(await writeResults(dir, dirty, { color: false }), "TAINTED");
  for (const name of ["table.md", "comparison.svg", "reward.svg", "validation.svg"]) {
    assert((await Deno.readTextFile(`${dir}/${name}`)).includes("TAINTED"), name);
  }
  await Deno.remove(dir, { recursive: true });
});

Deno.test("writeResults() writes nothing when a row is wrong", async () => {
  const root = await Deno.makeTempDir();
  const metrics = [...input.metrics, {
    ...input.metrics[0]!,
    seed: 9,
    row: { step: 1, loss: NaN },
  }];
  await assertRejects(() => writeResults(`${root}/out`, { ...input, metrics }), InputError, "loss");
  assertEquals(Object.keys(await contents(root)), []);
  await Deno.remove(root, { recursive: true });
});

Deno.test("writeResults() says of which stages nothing was kept", async () => {
  const dir = await Deno.makeTempDir();
  const [arm] = ARMS;
  const cell = { arm: arm!, size: "1m", seed: 0, stage: "rlvr", position: 0 };
  const metrics = [{ ...cell, row: { step: 0, kept: 0, reward: 0 } }];
  const said = "seed 0: every group was dropped in 1 of 1 updates of stage rlvr.";
  assertStringIncludes(
    (await writeResults(dir, { ...input, metrics })).replaceAll(/\s+/g, " "),
    said,
  );
  assertStringIncludes(await Deno.readTextFile(`${dir}/table.md`), said);
});
