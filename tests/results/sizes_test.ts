import { assertEquals } from "@std/assert";
import { compareSizes, sizeInFigures } from "../../src/results/sizes.ts";

Deno.test("compareSizes() orders by parameters, whatever the unit, then names by letter", () => {
  const sizes = ["tiny", "10m", "1M", "7b-coder", "900k", "7b", "base", "1t"];
  assertEquals(sizes.toSorted(compareSizes), [
    "900k",
    "1M",
    "10m",
    "7b",
    "7b-coder",
    "1t",
    "base",
    "tiny",
  ]);
});

Deno.test("compareSizes() takes a name that only begins with a figure for a name", () => {
  assertEquals(["3blocks", "2m"].toSorted(compareSizes), ["2m", "3blocks"]);
});

Deno.test("sizeInFigures() reads units in either case, and has no figure for a name", () => {
  assertEquals(["900k", "1.5M", "7b-coder", "12", "tiny"].map(sizeInFigures), [
    900_000,
    1_500_000,
    7e9,
    12,
    Infinity,
  ]);
});
