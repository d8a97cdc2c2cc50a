import { assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { fontFiles, fontWidths } from "../../src/results/font.ts";

const url = new URL("../golden/font_widths.json", import.meta.url);
const golden: Record<"regular" | "bold", Record<string, number>> = JSON.parse(
  await Deno.readTextFile(url),
);

Deno.test("fontWidths() equals fontTools, missing glyphs included", () => {
  for (const style of ["regular", "bold"] as const) {
    const width = fontWidths(Deno.readFileSync(fontFiles()[style]));
    const texts = Object.entries(golden[style]);
    assertGreater(texts.length, 8);
    for (const [text, expected] of texts) assertAlmostEquals(width(text), expected, 1e-9);
  }
});

Deno.test("fontWidths() refuses a file that is no such font", () => {
  const error = assertThrows(() => fontWidths(new Uint8Array(64)), Error) as Error;
  assertEquals(error.message, "the font has no head table");
});
