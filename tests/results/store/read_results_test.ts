import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { readResults } from "../../../src/results/store/read_results.ts";
import { writeResults } from "../../../src/results/write_results.ts";
import { ARMS, COLUMNS, syntheticMetrics, syntheticOutcomes } from "../synthetic.ts";

Deno.test("readResults() reads what writeResults() wrote, and names what is missing", async () => {
  const dir = await Deno.makeTempDir();
  const [outcomes, metrics] = [syntheticOutcomes(), syntheticMetrics()];
  await writeResults(dir, {
    outcomes,
    metrics,
    arms: ARMS,
    columns: COLUMNS,
    title: "t",
    question: "q",
    provenance: { dirty: false, commit: "0123abc" },
  }, { color: false });
  const found = await readResults(dir);
  assertEquals([found.outcomes.length, found.metrics.length], [outcomes.length, metrics.length]);
  assertEquals(found.metrics, metrics);
  await Deno.remove(`${dir}/metrics.jsonl`);
  await assertRejects(() => readResults(dir), InputError, "metrics.jsonl: cannot be read");
  await Deno.remove(`${dir}/schema.json`);
  await assertRejects(() => readResults(dir), InputError, "schema.json: cannot be read");
});
