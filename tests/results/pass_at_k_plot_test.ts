import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { passAtKPlot } from "../../src/results/pass_at_k_plot.ts";
import { drawnTexts } from "./svg.ts";

const point = (arm: string, size: string, k: number, mean: number) => (
  { arm, size, k, mean, low: mean * 0.8, high: mean * 1.1, over: "seeds and problems" } as const
);
const points = ["1m", "3m"].flatMap((size) =>
  [1, 2, 4, 8].flatMap((k) => [point("base", size, k, 0.02 * k), point("srl", size, k, 0.1 * k)])
);

Deno.test("passAtKPlot() has a panel per size, every k, and says what the band is", async () => {
  const texts = await drawnTexts(passAtKPlot(points, { benchmark: "hard", note: "TAINTED" }));
  for (const text of ["1m", "3m", "1", "2", "4", "8", "base", "srl", "k (samples per problem)"]) {
    assert(texts.includes(text), text);
  }
  const note = texts.join(" ");
  assert(note.includes("hard, unbiased.") && note.includes("seeds and problems"), note);
  assert(note.includes("TAINTED"));
});

Deno.test("passAtKPlot() leaves out the label that would stand on the last one", async () => {
  const ks = [1, 2, 4, 5].map((k) => point("srl", "1m", k, 0.1 * k));
  const texts = await drawnTexts(passAtKPlot(ks, { benchmark: "hard" }));
  assertEquals(["1", "2", "4", "5"].filter((k) => texts.includes(k)), ["1", "2", "5"]);
});

Deno.test("passAtKPlot() refuses nothing", () => {
  assertThrows(() => passAtKPlot([], { benchmark: "hard" }), InputError, "no points");
});
