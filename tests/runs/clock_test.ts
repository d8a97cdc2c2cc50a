import { assertEquals } from "@std/assert";
import { duration, roughly } from "../../src/runs/clock.ts";

Deno.test("duration() changes unit without a gap", () => {
  const cases = { 0: "0 s", 9.94: "9.9 s", 9.96: "10 s", 59.4: "59 s", 59.6: "1 min 00 s" };
  for (const [seconds, text] of Object.entries(cases)) {
    assertEquals(duration(Number(seconds)), text);
  }
  assertEquals(duration(3599.6), "1 h 00 min");
  assertEquals(duration(7199), "2 h 00 min");
});

Deno.test("roughly() never says more than it knows, nor zero", () => {
  assertEquals([0, 4.9, 5, 57, 59, 89, 3569, 3600, 9000].map(roughly), [
    "under 5 s",
    "under 5 s",
    "about 5 s",
    "about 55 s",
    "about 1 min",
    "about 1 min",
    "about 59 min",
    "about 1 h 00 min",
    "about 2 h 30 min",
  ]);
});
