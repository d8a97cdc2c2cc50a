import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { comparisonPlot } from "../../src/results/comparison_plot.ts";
import { renderSvg } from "../../src/results/render_plot.ts";
import { buildTable } from "../../src/results/table.ts";
import { cell, tableOf } from "./fixtures.ts";
import { ARMS, COLUMNS, syntheticOutcomes } from "./synthetic.ts";

interface Panel {
  readonly title: { readonly text: string };
  readonly data: { readonly values: readonly { arm: string; low: number; high: number }[] };
}

/** The plot's panels, by row. */
function panels(spec: unknown): Panel[][] {
  return (spec as { vconcat: { hconcat: Panel[] }[] }).vconcat.map(({ hconcat }) => hconcat);
}

const titles = (spec: unknown) => panels(spec).map((row) => row.map(({ title }) => title.text));

const synthetic = (sizes: readonly string[]) =>
  buildTable({
    outcomes: sizes.flatMap(syntheticOutcomes),
    arms: ARMS,
    columns: COLUMNS,
    title: "synthetic",
    question: "Does it help?",
    provenance: { dirty: true, commit: "0123abc" },
  });

Deno.test("comparisonPlot() has a panel per column, two in a row", () => {
  assertEquals(titles(comparisonPlot(synthetic(["1m"]))), [
    ["hard greedy", "hard avg@8"],
    ["hard pass@8", "easy greedy"],
  ]);
});

Deno.test("comparisonPlot() puts sizes beside each other", () => {
  assertEquals(titles(comparisonPlot(synthetic(["10m", "2m"])))[0], [
    "hard greedy, 2m",
    "hard greedy, 10m",
  ]);
});

Deno.test("comparisonPlot() gives long names the width of a column", () => {
  const label = "a benchmark with a long name greedy";
  const spec = comparisonPlot(tableOf(["srl"], [label, "hard greedy"], [cell("srl", label)]));
  assertEquals(titles(spec), [[label], ["hard greedy"]]);
});

Deno.test("comparisonPlot() keeps the arms' order and cuts intervals at 0 and 100", () => {
  const cells = [
    cell("srl", "hard greedy", { low: -0.2, high: 1.3 }),
    cell("base", "hard greedy", { mean: 0, low: 0, high: 0.037, over: "problems" }),
  ];
  const [[panel]] = panels(comparisonPlot(tableOf(["srl", "base"], ["hard greedy"], cells))) as [
    [Panel],
  ];
  assertEquals(panel.data.values.map(({ arm, low, high }) => [arm, low, high]), [
    ["srl", 0, 100],
    ["base", 0, 100 * 0.037],
  ]);
});

Deno.test("comparisonPlot() draws names, values, unit, intervals and taint", async () => {
  const svg = await renderSvg(comparisonPlot(synthetic(["1m"])));
  for (const arm of ARMS) assertEquals(svg.match(new RegExp(`>${arm}<`, "g"))?.length, 2);
  for (
    const text of [...COLUMNS, "problems solved (%)", "95 % intervals", "TAINTED", "25", "100"]
  ) {
    assertStringIncludes(svg, text);
  }
});

Deno.test("comparisonPlot() puts panels exactly under each other, though a figure leaves its panel", async () => {
  const arm = "an arm's long name";
  const labels = ["a greedy", "b greedy", "c greedy", "d greedy"];
  const cells = labels.map((label, index) =>
    cell(
      arm,
      label,
      index < 2 ? { mean: 1, low: 0.99, high: 1 } : { mean: 0.01, low: 0, high: 0.9 },
    )
  );
  const svg = await renderSvg(comparisonPlot(tableOf([arm], labels, cells)));
  const group =
    /role-scope concat_\d+_concat_(\d+)_group"[^>]*><g transform="translate\(([\d.]+),/g;
  const left = [...svg.matchAll(group)].map(([, column, x]) => `column ${column} at ${x}`);
  assertEquals([left.length, new Set(left).size], [4, 2]);
});

Deno.test("comparisonPlot() has ticks whatever the highest score is", async () => {
  for (const high of [0, 0.004, 0.01, 0.013, 0.08, 0.1, 0.33, 0.99, 1]) {
    const zero = cell("srl", "hard greedy", { mean: 0, low: 0, high, over: "problems" });
    const svg = await renderSvg(comparisonPlot(tableOf(["srl"], ["hard greedy"], [zero])));
    const ticks = svg.match(/aria-label="X-axis[^"]*"/g) ?? [];
    assert(ticks.length > 0, `no axis for ${high}`);
    const labels = [...svg.matchAll(/>(\d+(?:\.\d+)?)<\/text>/g)].map(([, text]) => Number(text));
    assert(labels.filter((label) => label > 0).length >= 1, `no ticks for ${high}`);
  }
});
