import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { lengthPlot } from "../../src/results/length_plot.ts";
import { drawnTexts } from "./svg.ts";

const outcome = (arm: string, words: number, rest = {}) => ({
  arm,
  size: "1m",
  benchmark: "hard",
  completion: " one\n".repeat(words),
  tokens: 7,
  truncated: false,
  ...rest,
});
const outcomes = [1, 2, 3, 4, 5].flatMap((n) => [outcome("base", n), outcome("srl", 10 * n)]);

interface Box {
  readonly arm: string;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

const boxes = (spec: unknown) =>
  (spec as { vconcat: { data: { values: Box[] } }[] }).vconcat.map(({ data }) => data.values);

Deno.test("lengthPlot() counts words, and tokens where asked", () => {
  const [words] = boxes(lengthPlot(outcomes));
  assertEquals(words!.map(({ arm, lower, median, upper }) => [arm, lower, median, upper]), [
    ["base", 2, 3, 4],
    ["srl", 20, 30, 40],
  ]);
  const [tokens] = boxes(lengthPlot(outcomes, { unit: "tokens" }));
  assertEquals(tokens!.map(({ median }) => median), [7, 7]);
});

Deno.test("lengthPlot() has a panel for each benchmark and size, arms as declared", async () => {
  const more = [
    ...outcomes,
    outcome("srl", 3, { size: "3m" }),
    outcome("srl", 3, { benchmark: "easy" }),
  ];
  const spec = lengthPlot(more, { arms: ["srl", "base"] });
  const texts = await drawnTexts(spec);
  for (const text of ["hard, 1m", "hard, 3m", "easy, 1m", "words per completion"]) {
    assert(texts.includes(text), text);
  }
  assertEquals(boxes(spec)[0]!.map(({ arm }) => arm), ["srl", "base"]);
});

Deno.test("lengthPlot() says how many completions the budget ended", async () => {
  const cut = [...outcomes, outcome("srl", 50, { truncated: true })];
  assert((await drawnTexts(lengthPlot(cut))).join(" ").includes("1 of 11 completions"));
});

Deno.test("lengthPlot() refuses nothing and arms that are not declared", () => {
  assertThrows(() => lengthPlot([]), InputError, "no outcomes");
  assertThrows(() => lengthPlot(outcomes, { arms: ["srl"] }), InputError, '"base"');
});
