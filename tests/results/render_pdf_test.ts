import { assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { renderPdf } from "../../src/results/render_pdf.ts";

const svg = (text: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48" viewBox="0 0 96 48">` +
  `<text x="2" y="15" font-family="DejaVu Sans" font-size="10px">${text}</text></svg>`;

const latin = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

Deno.test("renderPdf() makes one page of the SVG's size, a pixel being 1/96 inch", async () => {
  const text = latin(await renderPdf(svg("srl")));
  const [, width, height] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(text)!;
  assertAlmostEquals(Number(width), 72, 0.1);
  assertAlmostEquals(Number(height), 36, 0.1);
  assertEquals(text.match(/\/Type\s*\/Page\b/g)?.length, 1);
});

Deno.test("renderPdf() embeds the plots' font where there is text, and only there", async () => {
  assertMatch(latin(await renderPdf(svg("srl → rlvr"))), /\/FontName\s*\/[A-Z]+\+DejaVuSans/);
  assertEquals(/FontName/.test(latin(await renderPdf(svg("")))), false);
});

Deno.test("renderPdf() has no date but that of 1970", async () => {
  const text = latin(await renderPdf(svg("srl")));
  assertEquals([...text.matchAll(/\(D:(\d{4})/g)].every(([, year]) => year === "1970"), true);
});

Deno.test("renderPdf() refuses what is not SVG", async () => {
  await assertRejects(() => renderPdf("not SVG"), Error);
});
