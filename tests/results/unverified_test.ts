import { assertEquals } from "@std/assert";
import type { Outcome } from "../../src/results/outcome.ts";
import { unverifiedNotes } from "../../src/results/unverified.ts";

type Row = Pick<Outcome, "arm" | "benchmark" | "correct" | "unverified">;

const judged = (arm: string, benchmark: string, correct: boolean): Row => ({
  arm,
  benchmark,
  correct,
});
const failed = (arm: string, benchmark: string, unverified: string): Row => ({
  ...judged(arm, benchmark, false),
  correct: null,
  unverified,
});

Deno.test("unverifiedNotes() counts by benchmark and arm, and tells the commonest reason", () => {
  const rows = [
    judged("sft", "hard", true),
    failed("sft", "hard", "error: a."),
    failed("srl", "hard", "timeout: b"),
    failed("srl", "hard", "timeout: b"),
    judged("srl", "easy", false),
    failed("srl", "other", "error: c"),
  ];
  assertEquals(unverifiedNotes(rows), [
    "hard: 3 of 4 completions could not be verified (sft 1, srl 2) and count as not solved; mostly timeout: b.",
    "other: 1 of 1 completions could not be verified (srl 1) and count as not solved; mostly error: c.",
  ]);
});

Deno.test("unverifiedNotes() is silent where every answer was judged", () => {
  assertEquals(unverifiedNotes([judged("srl", "hard", false), judged("srl", "hard", true)]), []);
  assertEquals(unverifiedNotes([]), []);
});
