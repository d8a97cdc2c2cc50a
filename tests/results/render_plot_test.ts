import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { curvePlot } from "../../src/results/curve_plot.ts";
import { renderPng, renderSvg } from "../../src/results/render_plot.ts";
import type { VegaLiteSpec } from "../../src/results/plot_theme.ts";
import { ARMS, syntheticMetrics } from "./synthetic.ts";

const spec = curvePlot(syntheticMetrics(), "reward", { arms: ARMS })!;

const hex = (bytes: Uint8Array) => bytes.toHex();

/** Width and height from a PNG's header. */
function size(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

Deno.test("renderSvg() and renderPng() give the same bytes on every call", async () => {
  const [first, second] = [await renderSvg(spec), await renderSvg(spec)];
  assertEquals(second, first);
  assertEquals(hex(await renderPng(second)), hex(await renderPng(first)));
  const clipped: VegaLiteSpec = { data: { values: [{ x: 1 }] }, mark: { type: "bar", clip: true } };
  assertStringIncludes(await renderSvg(clipped), "clip-path");
  assertEquals(await renderSvg(clipped), await renderSvg(clipped));
});

Deno.test("renderSvg() gives the same bytes in another process", async () => {
  const modules = ["curve_plot", "render_plot"].map((name) =>
    new URL(`../../src/results/${name}.ts`, import.meta.url).href
  );
  const synthetic = new URL("synthetic.ts", import.meta.url).href;
  const code = `
    const [{ curvePlot }, { renderSvg }, { ARMS, syntheticMetrics }] = await Promise.all(
      ${JSON.stringify([...modules, synthetic])}.map((url) => import(url)));
    console.log(await renderSvg(curvePlot(syntheticMetrics(), "reward", { arms: ARMS })));`;
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: new URL("../..", import.meta.url),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  assertEquals(new TextDecoder().decode(stdout).trimEnd(), await renderSvg(spec));
});

Deno.test("renderSvg() names the font that renderPng() draws with", async () => {
  const svg = await renderSvg(spec);
  assertStringIncludes(svg, 'font-family="DejaVu Sans"');
  const families = new Set([...svg.matchAll(/font-family="([^"]*)"/g)].map(([, family]) => family));
  assertEquals([...families], ["DejaVu Sans"]);
});

Deno.test("renderPng() draws text, at three times the SVG's size", async () => {
  const svg = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" ` +
    `font-family="DejaVu Sans" font-size="10px">${text}</text></svg>`;
  const [png, blank] = [await renderPng(svg("srl")), await renderPng(svg(""))];
  assertEquals(size(png), [180, 60]);
  assertNotEquals(png, blank);
});

/** Width of a plot whose panel takes 50 px and whose axis has this label. */
async function widthWith(label: string): Promise<number> {
  const svg = await renderSvg({
    data: { values: [{ name: label, x: 1 }] },
    mark: "bar",
    encoding: {
      y: { field: "name", type: "nominal", title: null },
      x: { field: "x", type: "quantitative" },
    },
    width: 50,
  });
  return Number(svg.match(/<svg[^>]* width="(\d+(?:\.\d+)?)"/)?.[1]);
}

Deno.test("renderSvg() gives labels the room that they take in the font", async () => {
  // A capital W is 0.98877 em wide, at 10 px.
  assertAlmostEquals(await widthWith("W".repeat(12)) - await widthWith("W".repeat(2)), 98.9, 1.1);
});

Deno.test("renderSvg() gives a label that is cut no more room than its limit", async () => {
  assertEquals(await widthWith("W".repeat(80)), await widthWith("W".repeat(40)));
  assertLess(await widthWith("W".repeat(80)), 50 + 130 + 25);
});
