import { assert, assertEquals } from "@std/assert";
import { keptPlot } from "../../src/results/kept_plot.ts";
import type { CellMetric } from "../../src/results/outcome.ts";
import { drawnTexts } from "./svg.ts";

const metric = (step: number, kept: number | null, dropped: number | null): CellMetric => ({
  arm: "srl",
  size: "1m",
  seed: 0,
  stage: "srl",
  position: 0,
  row: { step, kept, dropped },
});

interface Panel {
  readonly data: { readonly values: readonly { update: number; mean: number }[] };
}

const points = (metrics: readonly CellMetric[]) => {
  const spec = keptPlot(metrics) as unknown as { vconcat: { hconcat: Panel[] }[] };
  return spec.vconcat[0]!.hconcat[0]!.data.values.map(({ update, mean }) => [update, mean]);
};

Deno.test("keptPlot() shows the share of groups that are kept, update by update", () => {
  const metrics = [metric(0, 3, 1), metric(1, 1, 1), metric(2, 0, 4), metric(3, null, null)];
  assertEquals(points(metrics), [[0, 0.75], [1, 0.5], [2, 0]]);
});

Deno.test("keptPlot() averages a long stage in windows, and says so", async () => {
  const metrics = Array.from({ length: 90 }, (_, step) => metric(step, step % 3, 2 - step % 3));
  const found = points(metrics);
  assertEquals([found.length, found[0], found[29]], [30, [0, 0.5], [87, 0.5]]);
  assert((await drawnTexts(keptPlot(metrics)!)).join(" ").includes("mean of 3 updates"));
});

Deno.test("keptPlot() is null where nothing was sampled", () => {
  assertEquals(keptPlot([metric(0, null, null), metric(1, 0, 0)]), null);
  assertEquals(keptPlot([]), null);
});
