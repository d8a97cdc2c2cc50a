import { assertEquals } from "@std/assert";
import { compareSizes } from "../../src/results/sizes.ts";

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
