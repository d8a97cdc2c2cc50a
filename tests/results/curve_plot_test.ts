import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { curvePlot } from "../../src/results/curve_plot.ts";
import { renderSvg } from "../../src/results/render_plot.ts";
import { armColors } from "../../src/results/plot_theme.ts";
import { ARMS, syntheticMetrics } from "./synthetic.ts";

/** The titles of the panels, by row. */
function titles(spec: unknown): unknown[][] {
  const { vconcat } = spec as { vconcat: { hconcat: { title?: string }[] }[] };
  return vconcat.map(({ hconcat }) => hconcat.map(({ title }) => title));
}

Deno.test("curvePlot() has a panel per kind of stage, the one that comes last in a chain last", () => {
  assertEquals(titles(curvePlot(syntheticMetrics(), "reward", { arms: ARMS })), [
    ["srl stage"],
    ["rlvr stage"],
  ]);
  assertEquals(titles(curvePlot(syntheticMetrics(), "validation", { arms: ARMS })).flat(), [
    "sft stage",
    "srl stage",
    "rlvr stage",
  ]);
});

Deno.test("curvePlot() puts all arms into one panel for a metric that means the same in every stage", () => {
  const spec = curvePlot(syntheticMetrics(), "validation", { arms: ARMS, oneScale: true });
  assertEquals(titles(spec), [[undefined]]);
});

Deno.test("curvePlot() puts sizes beside each other", () => {
  const metrics = [...syntheticMetrics("10m"), ...syntheticMetrics("2m")];
  assertEquals(titles(curvePlot(metrics, "reward", { arms: ARMS })), [
    ["srl stage, 2m", "srl stage, 10m"],
    ["rlvr stage, 2m", "rlvr stage, 10m"],
  ]);
});

Deno.test("curvePlot() labels the vertical axis of the first size alone, on one scale", async () => {
  const metrics = [...syntheticMetrics("10m"), ...syntheticMetrics("2m")];
  const svg = await renderSvg(curvePlot(metrics, "validation", { arms: ARMS, oneScale: true })!);
  const labels = [...svg.matchAll(/<text [^>]*>0\.4<\/text>/g)].map(([text]) =>
    text.includes('opacity="0"')
  );
  assertEquals(labels, [false, true]);
});

Deno.test("curvePlot() draws a legend of the arms that have a curve, in their own colours", async () => {
  const svg = await renderSvg(curvePlot(syntheticMetrics(), "reward", { arms: ARMS })!);
  const colors = armColors(ARMS);
  for (const [index, arm] of ARMS.entries()) {
    const labels = svg.match(new RegExp(`>${arm}<`, "g")) ?? [];
    assertEquals(labels.length, arm === "base" || arm === "sft" ? 0 : 1);
    assertEquals(svg.includes(`stroke="${colors[index]}"`), labels.length === 1);
  }
});

Deno.test("curvePlot() says what line and band are, and passes a note on", () => {
  const text = (metrics: ReturnType<typeof syntheticMetrics>) =>
    JSON.stringify(curvePlot(metrics, "reward", { arms: ARMS, note: "TAINTED." })).replaceAll(
      '","',
      " ",
    );
  assertStringIncludes(text(syntheticMetrics()), "mean of 3 seeds; band: lowest to highest seed");
  assertStringIncludes(text(syntheticMetrics()), "TAINTED.");
  assertStringIncludes(text(syntheticMetrics().filter(({ seed }) => seed === 1)), "One seed.");
});

Deno.test("curvePlot() is null for a metric that nobody has", () => {
  assertEquals(curvePlot(syntheticMetrics(), "nothing", { arms: ARMS }), null);
  assertEquals(curvePlot([], "reward"), null);
});

Deno.test("curvePlot() draws a stage of a single update", async () => {
  const row = { step: 1, reward: 0.5 };
  const spec = curvePlot(
    [{ arm: "srl", size: "1m", seed: 0, stage: "srl", position: 0, row }],
    "reward",
  );
  assert((await renderSvg(spec!)).includes("updates"));
});

Deno.test("curvePlot() gives a metric that never changes an axis with a range", () => {
  const metrics = [1, 2].map((step) => (
    { arm: "a", size: "1m", seed: 0, stage: "srl", position: 0, row: { step, flat: 0.5 } }
  ));
  const text = JSON.stringify(curvePlot(metrics, "flat"));
  assertEquals(text.includes('"domain":[0.45,0.55]'), true);
});
