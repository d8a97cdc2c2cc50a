import { assertEquals } from "@std/assert";
import { Ledger } from "../../src/data/ledger.ts";
import { collect } from "../../src/runs/collect.ts";
import { writeLedgers } from "../../src/runs/ledgers.ts";
import { writeExperiment } from "../../src/runs/write_experiment.ts";
import { planOf, Workplace } from "./fixtures.ts";

Deno.test("writeExperiment() writes what became of the rows and what overlaps, and removes what no longer holds", async () => {
  await using place = new Workplace();
  const plan = await planOf({ arms: { base: [] } });
  await place.run(plan);
  const ledger = new Ledger("s.jsonl");
  ledger.use();
  const { evaluation } = plan.cells[0]!;
  await writeLedgers(place.store.dir(evaluation), { hard: ledger });
  const collected = await collect(plan, place.store);
  const pair = { asked: "b1", trained: "t1", kind: "13-gram", words: "a b" } as const;
  const dir = await Deno.makeTempDir();
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(`${dir}/${name}`));
  try {
    const { files } = await writeExperiment(dir, plan, { ...collected, overlap: { hard: [pair] } });
    const written = files.map((file) => file.slice(dir.length + 1));
    assertEquals(written.filter((name) => name.endsWith(".json")), [
      "cells.json",
      "ledger.json",
      "overlap.json",
      "provenance.json",
      "schema.json",
    ]);
    const { stages } = await read("provenance.json");
    assertEquals(stages.map(({ id }: { id: string }) => id), [evaluation]);
    assertEquals(
      stages[0].config.evaluation,
      plan.stages[0]?.spec.kind === "evaluate" ? plan.stages[0].spec.evaluation : null,
    );
    const { commit, dirty, runtime, cpu, threads, start, end, command } = stages[0].provenance;
    assertEquals([commit, dirty, runtime.version, cpu, threads, command], [
      "0123456789abcdef",
      false,
      "1.0.0",
      "a cpu",
      1,
      ["test"],
    ]);
    assertEquals(start <= end, true);
    const kept = JSON.parse(JSON.stringify(ledger));
    assertEquals(await read("ledger.json"), [{ name: "hard", stages: [evaluation], ...kept }]);
    assertEquals(await read("overlap.json"), { hard: [pair] });
    const again = await writeExperiment(dir, plan, { ...collected, ledgers: [], overlap: {} });
    assertEquals(again.files.filter((file) => /ledger|overlap/.test(file)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
