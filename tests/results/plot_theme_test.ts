import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { armColors, armDashes, plotNote, topLegend } from "../../src/results/plot_theme.ts";

Deno.test("armColors() and armDashes() together tell sixteen arms apart", () => {
  const arms = Array.from({ length: 16 }, (_, index) => `arm ${index}`);
  const [colors, dashes] = [armColors(arms), armDashes(arms)];
  assertEquals(new Set(arms.map((_, i) => `${colors[i]} ${dashes[i]}`)).size, 16);
});

Deno.test("armColors() depends on an arm's place alone", () => {
  assertEquals(armColors(["a", "b", "c"]).slice(0, 2), armColors(["x", "y"]));
});

Deno.test("armColors() stands out from white paper", () => {
  const channel = (hex: string) => {
    const value = parseInt(hex, 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  for (const color of armColors(Array.from({ length: 8 }, String))) {
    const [r, g, b] = [1, 3, 5].map((at) => channel(color.slice(at, at + 2)));
    assertGreater(1.05 / (0.2126 * r! + 0.7152 * g! + 0.0722 * b! + 0.05), 2);
  }
});

Deno.test("plotNote() leaves out empty sentences and breaks the others to the width", () => {
  const { text } = plotNote(["One. ".repeat(40).trim(), "", "Two."], 300);
  assertGreater(text.length, 1);
  for (const line of text) assertLessOrEqual(line.length, 66);
  assertEquals(plotNote(["", ""], 300).text, [""]);
});

Deno.test("topLegend() puts long names below each other, and short ones beside", () => {
  assertEquals(topLegend(["base", "sft", "rlvr", "srl", "srl → rlvr"]).columns, 5);
  assertEquals(topLegend(["base", "a rather long name", "srl"]).columns, 3);
  assertEquals(topLegend(["a rather long name", "another long name", "srl"]).columns, 2);
  assertEquals(topLegend(["x".repeat(40), "y".repeat(40)]).columns, 1);
});
