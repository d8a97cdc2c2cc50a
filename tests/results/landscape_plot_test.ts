import { assertEquals, assertStringIncludes } from "@std/assert";
import { landscapePlot } from "../../src/results/landscape_plot.ts";
import { renderPng, renderSvg } from "../../src/results/render_plot.ts";
import { CORRUPTIONS } from "../../src/rewards/corruptions.ts";
import { landscapeOf, scoresOf } from "./landscapes.ts";

interface Spec {
  readonly vconcat: readonly {
    hconcat: readonly { title: { text: string }; data: { values: unknown[] } }[];
  }[];
}

const rows = (spec: unknown) => (spec as Spec).vconcat.map(({ hconcat }) => hconcat);
const titles = (spec: unknown) => rows(spec).map((row) => row.map(({ title }) => title.text));

Deno.test("landscapePlot() has a panel per reward, two in a row, or one where names are long", () => {
  assertEquals(titles(landscapePlot(landscapeOf(["a", "b", "c"]))), [["a", "b"], ["c"]]);
  const long = "similarity unit=word autojunk=off";
  assertEquals(titles(landscapePlot(landscapeOf(["a", long]))), [["a"], [long]]);
});

Deno.test("landscapePlot() draws every corruption's quartiles, and none where there is no score", () => {
  const scores = scoresOf(["a"]).filter(({ corruption }) => corruption !== "half");
  const [[panel]] = rows(landscapePlot(landscapeOf(["a"], scores))) as [
    [Spec["vconcat"][0]["hconcat"][0]],
  ];
  assertEquals(panel.data.values.length, CORRUPTIONS.length - 1);
});

Deno.test("landscapePlot() renders names, labels and scores below 0, whatever is in the names", async () => {
  const names = ["bleu", "a\0<b>\ud800"];
  const scores = scoresOf(names, (value) => value * 2 - 2);
  const svg = await renderSvg(landscapePlot(landscapeOf(names, scores)));
  for (const { label } of CORRUPTIONS) assertStringIncludes(svg, `>${label}<`);
  for (const text of [">bleu<", "&lt;b&gt;", ">−1<", ">1<", "quartiles"]) {
    assertStringIncludes(svg, text);
  }
  assertEquals((await renderPng(svg)).length > 1000, true);
});
