import { assertEquals } from "@std/assert";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Outcome } from "../../../src/results/outcome.ts";
import { metricsParquet, outcomesParquet } from "../../../src/results/store/parquet.ts";
import { PYTHON } from "../../python/environment.ts";
import { syntheticMetrics, syntheticOutcomes } from "../synthetic.ts";

const read = (bytes: Uint8Array) =>
  parquetReadObjects({ file: bytes.buffer as ArrayBuffer, compressors });

const outcomes: Outcome[] = [
  ...syntheticOutcomes().slice(0, 300),
  { ...syntheticOutcomes()[0]!, correct: null, unverified: "timeout: 5 s", seed: 2 ** 40 },
];

/** As JSON.stringify would have it, numbers whole. */
const plain = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).map((
      [key, value],
    ) => [key, typeof value === "bigint" ? Number(value) : value]),
  );

Deno.test("outcomesParquet() holds every outcome, and its schema's version", async () => {
  const bytes = outcomesParquet(outcomes);
  const rows = (await read(bytes)).map(plain);
  assertEquals(
    rows,
    outcomes.map((outcome) => ({ ...outcome, unverified: outcome.unverified ?? null })),
  );
  const { key_value_metadata } = parquetMetadata(bytes.buffer as ArrayBuffer);
  assertEquals(key_value_metadata, [{ key: "stepwise.schema", value: "1" }]);
});

Deno.test("metricsParquet() has a row for each metric of each step", async () => {
  const metrics = syntheticMetrics().slice(0, 40);
  const rows = (await read(metricsParquet(metrics))).map(plain);
  const expected = metrics.flatMap(({ row: { step, ...rest }, ...cell }) =>
    Object.entries(rest).map(([metric, value]) => ({ ...cell, step, metric, value }))
  );
  assertEquals(rows, expected);
});

Deno.test("outcomesParquet() gives the same bytes for the same rows", () => {
  assertEquals(outcomesParquet(outcomes).toHex(), outcomesParquet([...outcomes]).toHex());
});

Deno.test("outcomesParquet() takes no rows, and text that UTF-8 cannot hold", async () => {
  assertEquals(await read(outcomesParquet([])), []);
  const [row] = await read(outcomesParquet([{ ...outcomes[0]!, completion: "a\ud800b\0" }]));
  assertEquals(row!["completion"], "a\ufffdb\0");
});

/** Whether a Python with these modules is at hand. */
async function python(...modules: string[]): Promise<boolean> {
  try {
    const args = ["-c", modules.map((name) => `import ${name}`).join("; ")];
    return (await new Deno.Command(PYTHON, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

const script = `
import json, sys
import duckdb, pandas
frame = pandas.read_parquet(sys.argv[1])
long = pandas.read_parquet(sys.argv[2])
arms = duckdb.sql(f"select arm, count(*), sum(correct::int) from '{sys.argv[1]}' group by arm order by arm")
print(json.dumps({
    "rows": len(frame), "types": [str(t) for t in frame.dtypes[["seed", "truncated"]]],
    "right": int(frame["correct"].sum()), "unverified": int(frame["correct"].isna().sum()),
    "reward": float(long[long["metric"] == "reward"]["value"].sum()), "arms": arms.fetchall(),
}))
`;

const live = await python("pandas", "duckdb", "pyarrow");
const skipped = `${PYTHON} has no pandas, pyarrow and duckdb`;

Deno.test({
  name: `outcomesParquet() and metricsParquet() are read by pandas and DuckDB${
    live ? "" : ` (skipped: ${skipped})`
  }`,
  ignore: !live,
  fn: async () => {
    const dir = await Deno.makeTempDir();
    const all = syntheticOutcomes();
    const metrics = syntheticMetrics();
    const unverified = { ...all[0]!, correct: null, unverified: "timeout" };
    await Deno.writeFile(`${dir}/o.parquet`, outcomesParquet([...all, unverified]));
    await Deno.writeFile(`${dir}/m.parquet`, metricsParquet(metrics));
    const args = ["-c", script, `${dir}/o.parquet`, `${dir}/m.parquet`];
    const { stdout, stderr, success } = await new Deno.Command(PYTHON, { args }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    const found = JSON.parse(new TextDecoder().decode(stdout));
    const right = (rows: readonly Outcome[]) => rows.filter(({ correct }) => correct).length;
    assertEquals([found.rows, found.right, found.unverified], [all.length + 1, right(all), 1]);
    assertEquals(found.types, ["int64", "bool"]);
    const reward = metrics.reduce((sum, { row }) => sum + (row["reward"] ?? 0), 0);
    assertEquals(found.reward.toFixed(9), reward.toFixed(9));
    const srl = all.filter(({ arm }) => arm === "srl");
    assertEquals(found.arms[3], ["srl", srl.length, right(srl)]);
    await Deno.remove(dir, { recursive: true });
  },
});
