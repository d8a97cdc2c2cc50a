import { assertEquals } from "@std/assert";
import { actionsByStep } from "../../../src/data/granularity/by_step.ts";

Deno.test("actionsByStep() puts every step into one action, in order, whatever k", () => {
  for (let count = 1; count <= 9; count++) {
    const steps = Array.from({ length: count }, (_, i) => ({ action: `s${i + 1}` }));
    for (let k = 1; k <= 10; k++) {
      const actions = actionsByStep(steps, k);
      assertEquals(actions.flatMap(({ pieces }) => pieces), steps);
      assertEquals(actions.length, Math.ceil(count / k));
      actions.forEach(({ steps: [first, last], pieces }, i) => {
        assertEquals([first, pieces.length], [i * k + 1, last - first + 1]);
        if (i < actions.length - 1) assertEquals(pieces.length, k);
      });
    }
  }
});
