import { assertEquals, assertStringIncludes } from "@std/assert";
import { markDraft, placeholder } from "../../src/paper/draft.ts";
import { renderPng } from "../../src/results/render_plot.ts";

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40"></svg>';

Deno.test("markDraft() changes what a figure looks like", async () => {
  assertEquals((await renderPng(markDraft(svg))).length > (await renderPng(svg)).length, true);
});

Deno.test("placeholder() shows markup as it is, and grows with its lines", () => {
  assertStringIncludes(placeholder(["<b> & more"]), "&lt;b&gt; &amp; more");
  const height = (text: string) => Number(/height="(\d+)"/.exec(text)![1]);
  assertEquals(height(placeholder(Array(20).fill("line"))) > height(placeholder(["line"])), true);
});
