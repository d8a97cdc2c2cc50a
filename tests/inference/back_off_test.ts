import { assert } from "@std/assert";
import { backOff } from "../../src/inference/back_off.ts";

Deno.test("backOff() doubles, spread by a quarter, up to 30 s", () => {
  for (const [attempt, expected] of [[1, 0.5], [2, 1], [5, 8], [7, 30], [2000, 30]] as const) {
    const pauses = Array.from({ length: 200 }, () => backOff(attempt, 0.5));
    assert(pauses.every((s) => s >= 0.75 * expected && s <= 1.25 * expected), `${attempt}`);
    assert(new Set(pauses).size > 100, "those that failed together do not come back together");
  }
});
