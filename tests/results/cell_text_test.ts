import { assertEquals } from "@std/assert";
import { cellText, percent } from "../../src/results/cell_text.ts";
import { cell } from "./fixtures.ts";

Deno.test("percent() gives one decimal", () => {
  assertEquals([0, 1, 0.5, 0.00049, 0.0125].map(percent), ["0.0", "100.0", "50.0", "0.0", "1.3"]);
});

Deno.test("cellText() writes a symmetric interval with ±, and one over problems with its ends", () => {
  assertEquals(cellText(cell("srl", "hard greedy")), "61.3 ± 4.2");
  const open = cell("base", "hard greedy", { mean: 0, low: 0, high: 0.037, over: "problems" });
  assertEquals(cellText(open), "0.0 [0.0, 3.7]");
  assertEquals(cellText(undefined), "–");
});

Deno.test("cellText() aligns the figures of cells under each other", () => {
  const texts = [
    cell("srl", "hard greedy"),
    cell("srl", "hard greedy", { mean: 1, low: 0.85, high: 1.15 }),
    undefined,
  ].map((c) => cellText(c, true));
  assertEquals(texts, [" 61.3 ±  4.2", "100.0 ± 15.0", "    –"]);
});
