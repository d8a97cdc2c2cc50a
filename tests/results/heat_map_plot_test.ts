import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { heatMapPlot } from "../../src/results/heat_map_plot.ts";
import { cell, tableOf } from "./fixtures.ts";
import { drawnTexts } from "./svg.ts";

const arms = ["answer", "step", "step-rouge", "base"];
const table = tableOf(arms, ["hard greedy"], [
  cell("answer", "hard greedy", { mean: 0.01, low: 0, high: 0.05, over: "problems" }),
  cell("step", "hard greedy", { mean: 0.9, low: 0.8, high: 1 }),
  cell("step-rouge", "hard greedy", { mean: 0.45, low: 0.4, high: 0.5 }),
  cell("base", "hard greedy", { mean: 0.99, low: 0.8, high: 1 }),
]);
const options = {
  column: "hard greedy",
  factors: ["granularity", "reward"],
  places: {
    answer: ["answer", "ratio"],
    step: ["step", "ratio"],
    "step-rouge": ["step", "ROUGE-L"],
  },
} as const;

Deno.test("heatMapPlot() draws both factors, each mean and interval, and no arm without a place", async () => {
  const texts = await drawnTexts(heatMapPlot(table, options));
  for (
    const text of ["granularity", "reward", "answer", "step", "ratio", "ROUGE-L", "90.0", "1.0"]
  ) assert(texts.includes(text), text);
  assert(texts.includes("80.0 to 100.0") && texts.includes("0.0 to 5.0"));
  assertEquals(texts.includes("99.0"), false);
});

Deno.test("heatMapPlot() writes in white on the dark half of the shades only", () => {
  const { data } = heatMapPlot(table, options) as unknown as {
    data: { values: { figure: string; ink: string }[] };
  };
  assertEquals(data.values.map(({ figure, ink }) => [figure, ink]), [
    ["1.0", "#222222"],
    ["90.0", "#ffffff"],
    ["45.0", "#222222"],
  ]);
});

Deno.test("heatMapPlot() draws one value alone", async () => {
  const one = { ...options, places: { step: ["step", "ratio"] } } as const;
  assert((await drawnTexts(heatMapPlot(table, one))).includes("90.0"));
});

Deno.test("heatMapPlot() refuses what the table lacks, with the nearest, and two arms in one place", () => {
  assertThrows(
    () => heatMapPlot(table, { ...options, column: "hard gredy" }),
    InputError,
    "did you mean",
  );
  assertThrows(() => heatMapPlot(table, { ...options, size: "9m" }), InputError, "size");
  const places = { stap: ["step", "ratio"] } as const;
  assertThrows(() => heatMapPlot(table, { ...options, places }), InputError, 'mean "step"');
  const twice = { step: ["a", "b"], answer: ["a", "b"] } as const;
  assertThrows(() => heatMapPlot(table, { ...options, places: twice }), InputError, "both at");
});

Deno.test("heatMapPlot() keeps many columns apart: a word a line, and intervals without decimals", async () => {
  const rewards = ["sequence ratio", "ROUGE-L", "BLEU", "chrF", "embedding"];
  const wide = tableOf(rewards, ["hard greedy"], rewards.map((arm) => cell(arm, "hard greedy")));
  const places = Object.fromEntries(rewards.map((arm) => [arm, ["step", arm] as const]));
  const texts = await drawnTexts(heatMapPlot(wide, { ...options, places }));
  assertEquals(texts.filter((text) => text === "57 to 66").length, 5);
  assert(texts.includes("sequence") && texts.includes("ratio"), texts.join("|"));
});
