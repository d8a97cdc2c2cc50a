import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { scalingPlot } from "../../src/results/scaling_plot.ts";
import { cell, tableOf } from "./fixtures.ts";
import { drawnTexts } from "./svg.ts";

const sizes = ["0.4m", "1m", "3m"];
const cells = ["base", "srl"].flatMap((arm) =>
  sizes.map((size) => cell(arm, "hard greedy", { size, low: -0.1, high: 1.2 }))
);
const table = tableOf(["base", "srl"], ["hard greedy"], cells);

Deno.test("scalingPlot() names sizes, arms and columns, and cuts intervals at 0 and 100", async () => {
  const spec = scalingPlot(table);
  const texts = await drawnTexts(spec);
  for (const text of [...sizes, "base", "srl", "hard greedy", "weights of the policy"]) {
    assert(texts.includes(text), text);
  }
  const [panel] = (spec as unknown as {
    vconcat: { data: { values: { weights: number; low: number; high: number }[] } }[];
  }).vconcat;
  const { values } = panel!.data;
  assert(values.every(({ low, high }) => low === 0 && high === 100));
  // Arms stand a little apart at one size, in the declared order.
  assert(values[0]!.weights < 400_000 && values[3]!.weights > 400_000);
});

Deno.test("scalingPlot() refuses one size, and names that are no number of weights", () => {
  const one = tableOf(["srl"], ["hard greedy"], [cell("srl", "hard greedy")]);
  assertThrows(() => scalingPlot(one), InputError, "found one size");
  const large = tableOf(["srl"], ["hard greedy"], [
    cell("srl", "hard greedy"),
    cell("srl", "hard greedy", { size: "large" }),
  ]);
  assertThrows(() => scalingPlot(large), InputError, '"large"');
  assertEquals(scalingPlot(table), scalingPlot(table));
});
