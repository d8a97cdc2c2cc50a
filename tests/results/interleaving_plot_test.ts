import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { interleavingPlot } from "../../src/results/interleaving_plot.ts";
import { drawnTexts } from "./svg.ts";

Deno.test("interleavingPlot() draws a row per solution, in its order, as shares of its length", async () => {
  const text = "<think>aaa</think>bb";
  const spec = interleavingPlot([{ name: "srl, p2", text }, { name: "base, p1", text: "abc" }]);
  const { values } = (spec as unknown as { data: { values: Record<string, unknown>[] } }).data;
  assertEquals(values, [
    { name: "srl, p2", kind: "think", from: 35, to: 50 },
    { name: "srl, p2", kind: "action", from: 90, to: 100 },
    { name: "base, p1", kind: "action", from: 0, to: 100 },
  ]);
  const texts = await drawnTexts(spec);
  assertEquals(texts.filter((text) => text.includes(", p")), ["srl, p2", "base, p1"]);
  assert(texts.includes("think") && texts.includes("action"));
});

Deno.test("interleavingPlot() escapes names, and takes an empty solution", async () => {
  const texts = await drawnTexts(
    interleavingPlot([{ name: "a\u202eb", text: "" }, { name: "b", text: "x" }]),
  );
  assert(texts.some((text) => text.includes("\\u{202e}")), texts.join("|"));
});

Deno.test("interleavingPlot() refuses nothing, too much, and two of one name", () => {
  const row = (name: string) => ({ name, text: "x" });
  assertThrows(() => interleavingPlot([]), InputError, "found 0");
  const many = Array.from({ length: 41 }, (_, i) => row(`p${i}`));
  assertThrows(() => interleavingPlot(many), InputError, "found 41");
  assertThrows(() => interleavingPlot([row("a"), row("a")]), InputError, "twice");
});
