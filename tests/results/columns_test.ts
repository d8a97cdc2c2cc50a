import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { parseColumn } from "../../src/results/columns.ts";

Deno.test("parseColumn() reads each metric, and keeps a benchmark's spaces", () => {
  assertEquals(parseColumn("easy greedy").k, 1);
  assertEquals(parseColumn("hard pass@32"), {
    benchmark: "hard",
    metric: "pass@32",
    k: 32,
    label: "hard pass@32",
  });
  assertEquals(parseColumn("two words avg@8").benchmark, "two words");
});

Deno.test("parseColumn() throws for what is no column, showing it", () => {
  for (
    const label of [
      "",
      "hard",
      "greedy",
      " greedy",
      "hard avg",
      "hard avg@0",
      "hard avg@-1",
      "hard mean@8",
    ]
  ) {
    assertThrows(() => parseColumn(label), InputError, JSON.stringify(label));
  }
});
