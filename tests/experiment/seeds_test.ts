import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { parseSeeds } from "../../src/experiment/seeds.ts";

Deno.test("parseSeeds() counts from 1, or takes a list in any order", () => {
  assertEquals(parseSeeds("1"), [1]);
  assertEquals(parseSeeds("5"), [1, 2, 3, 4, 5]);
  assertEquals(parseSeeds("7, 0,2"), [0, 2, 7]);
});

Deno.test("parseSeeds() refuses anything else", () => {
  for (
    const text of ["", "0", "-1", "1.5", "x", "1,", "1,1", "1,4294967296", "1001", "1e3", "1;2"]
  ) {
    assertThrows(() => parseSeeds(text), InputError, `--seeds: found ${JSON.stringify(text)}`);
  }
});
