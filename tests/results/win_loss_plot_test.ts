import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { winLossPlot } from "../../src/results/win_loss_plot.ts";
import { drawnTexts } from "./svg.ts";
import { ARMS, syntheticOutcomes } from "./synthetic.ts";

const outcomes = syntheticOutcomes();
const options = { first: "srl", second: "rlvr", column: "hard avg@8", arms: ARMS } as const;

Deno.test("winLossPlot() orders problems by difference, and counts them", async () => {
  const spec = winLossPlot(outcomes, { ...options, note: "TAINTED" });
  const { values } = (spec as unknown as {
    data: { values: { problem: string; difference: number; ahead: string }[] };
  }).data;
  assertEquals(values.length, 100);
  assert(values.every(({ difference }, i) => i === 0 || difference <= values[i - 1]!.difference));
  const wins = values.filter(({ ahead }) => ahead === "srl ahead").length;
  const losses = values.filter(({ ahead }) => ahead === "rlvr ahead").length;
  const text = (await drawnTexts(spec)).join(" ");
  assert(
    text.includes(
      `srl ahead on ${wins} problems, behind on ${losses}, equal on ${100 - wins - losses}`,
    ),
    text,
  );
  assert(/Difference \d+\.\d \[\d+\.\d, \d+\.\d\], p/.test(text) && text.includes("TAINTED"), text);
});

Deno.test("winLossPlot() gives the mirror image when the arms change places", () => {
  const of = (spec: unknown) =>
    (spec as { data: { values: { difference: number }[] } }).data.values.map((row) =>
      row.difference
    );
  const there = of(winLossPlot(outcomes, options));
  const back = of(winLossPlot(outcomes, { ...options, first: "rlvr", second: "srl" }));
  assertEquals(back.toReversed().map((x) => (-x).toFixed(9)), there.map((x) => x.toFixed(9)));
});

Deno.test("winLossPlot() takes the size that is asked for", () => {
  const both = [...outcomes, ...syntheticOutcomes("3m")];
  const spec = winLossPlot(both, { ...options, size: "3m" });
  assertEquals(JSON.stringify(spec).includes("hard avg@8, 3m:"), true);
});

Deno.test("winLossPlot() refuses arms and columns without outcomes", () => {
  assertThrows(() => winLossPlot(outcomes, { ...options, first: "slr" }), InputError, '"slr"');
  assertThrows(
    () => winLossPlot(outcomes, { ...options, column: "none greedy" }),
    InputError,
    "none greedy",
  );
});
