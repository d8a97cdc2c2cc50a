import { assertEquals } from "@std/assert";
import { contradictions } from "../../../src/data/granularity/check.ts";
import { steps, tokens } from "../../../src/data/granularity/granularity.ts";

Deno.test("contradictions() finds what means nothing where one action is all", () => {
  const all = { targets: "2..N", nextTitle: true, context: { last: 2 } } as const;
  for (const granularity of ["whole", "answer"] as const) {
    assertEquals(contradictions({ granularity, ...all }), [
      {
        field: "targets",
        expected: `"1..N" with granularity "${granularity}": there is one action`,
      },
      {
        field: "nextTitle",
        expected: `false with granularity "${granularity}": no single step is asked for`,
      },
      {
        field: "context",
        expected: `"all" with granularity "${granularity}": no action comes before`,
      },
    ]);
    const none = { targets: "1..N", nextTitle: false, context: "all" } as const;
    assertEquals(contradictions({ granularity, ...none }), []);
  }
  for (const granularity of ["step", "sentence", steps(2), tokens(9)] as const) {
    assertEquals(contradictions({ granularity, ...all }), []);
  }
});
