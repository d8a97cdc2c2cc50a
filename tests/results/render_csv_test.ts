import { assertEquals } from "@std/assert";
import { fromCSV } from "arquero";
import { renderCsv } from "../../src/results/render_csv.ts";
import { cell, tableOf } from "./fixtures.ts";

Deno.test("renderCsv() writes one tidy line per cell", () => {
  const cells = [
    cell("base", "hard avg@8", { mean: 1 / 300, low: 0, high: 0.02, over: "problems", seeds: [0] }),
    cell("srl", "hard greedy", { low: -0.01 }),
  ];
  assertEquals(renderCsv(tableOf(["base", "srl"], ["hard greedy"], cells)).split("\n"), [
    "arm,size,benchmark,metric,seeds,problems,samples,mean,low,high,interval,taint",
    "base,1m,hard,avg@8,1,100,8,0.3333,0.0000,2.0000,problems,",
    "srl,1m,hard,greedy,3,100,1,61.3000,-1.0000,65.5000,seeds,",
    "",
  ]);
});

Deno.test("renderCsv() quotes names that hold commas, quotes or line feeds, so that a reader gets them back", () => {
  const arm = 'srl, "wide"\nstep';
  const text = renderCsv(tableOf([arm], ["hard greedy"], [cell(arm, "hard greedy")]));
  const rows = fromCSV(text).objects() as { arm: string; mean: number }[];
  assertEquals(rows.map((row) => [row.arm, row.mean]), [[arm, 61.3]]);
});

Deno.test("renderCsv() says in every line that the numbers are tainted", () => {
  const table = tableOf(["srl"], ["hard greedy"], [cell("srl", "hard greedy")]);
  const mixed = ["processors A and B"];
  const text = renderCsv({ ...table, provenance: { dirty: true, commit: "0123abc", mixed } });
  const [row] = fromCSV(text).objects() as { taint: string }[];
  assertEquals(
    row?.taint,
    "TAINTED: made from commit 0123abc with uncommitted changes. " +
      "MIXED: the cells were made with different processors A and B.",
  );
});
