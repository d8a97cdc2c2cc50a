import { assertEquals } from "@std/assert";
import { Ledger } from "../../src/data/ledger.ts";
import { readLedgers, writeLedgers } from "../../src/runs/ledgers.ts";

Deno.test("readLedgers() keeps ledgers that differ apart, and passes stages without one over", async () => {
  const root = await Deno.makeTempDir();
  try {
    const dirs = new Map(["a", "b", "c", "d"].map((id) => [id, `${root}/${id}`]));
    for (const dir of dirs.values()) await Deno.mkdir(dir);
    const ledger = (long: number) => {
      const ledger = new Ledger("s.jsonl");
      ledger.use();
      ledger.drop({ row: 2, id: "p2", reason: "no-steps", detail: "none" });
      ledger.prompts.use(3);
      for (let at = 0; at < long; at++) {
        ledger.prompts.drop({ id: `p1#${at}`, reason: "prompt-too-long", detail: "long" });
      }
      return ledger;
    };
    await writeLedgers(`${root}/a`, { data: ledger(1) });
    await writeLedgers(`${root}/b`, { data: ledger(2) });
    await writeLedgers(`${root}/c`, { data: ledger(1), hard: ledger(1) });
    const read = await readLedgers(dirs);
    assertEquals(read.map(({ name, stages, prompts }) => [name, stages, prompts?.total]), [
      ["data", ["a", "c"], 4],
      ["data", ["b"], 5],
      ["hard", ["c"], 4],
    ]);
    const { name: _, stages: __, ...rest } = read[1]!;
    assertEquals(rest, JSON.parse(JSON.stringify(ledger(2))));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
