import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { studentT } from "../../src/results/student_t.ts";
import { golden } from "./golden.ts";

Deno.test("studentT() equals SciPy's t.ppf", () => {
  assertEquals(golden.studentT.length, 64);
  for (const { df, level, t } of golden.studentT) {
    assertAlmostEquals(studentT(df, level) / t, 1, 1e-12);
  }
});

Deno.test("studentT() throws where it is not defined", () => {
  for (
    const [df, level] of [[0, 0.95], [1.5, 0.95], [-1, 0.95], [3, 0], [3, 1], [3, NaN]] as const
  ) {
    assertThrows(() => studentT(df, level), RangeError);
  }
});
