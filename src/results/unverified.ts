/** @file What must be said of completions whose answer could not be judged. */
import type { Outcome } from "./outcome.ts";

/**
 * A sentence for each benchmark with completions that could not be verified: how many, in which arms, and the commonest
 * reason. A score counts them as not solved, so that no arm gains by answers that nobody could judge.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const outcome = { arm: "srl", benchmark: "hard", correct: null, unverified: "timeout: no score after 5000 ms" };
 * assertEquals(unverifiedNotes([outcome, { arm: "sft", benchmark: "hard", correct: true }]), [
 *   "hard: 1 of 2 completions could not be verified (srl 1) and count as not solved; " +
 *   "mostly timeout: no score after 5000 ms.",
 * ]);
 * ```
 */
export function unverifiedNotes(
  outcomes: readonly Pick<Outcome, "arm" | "benchmark" | "correct" | "unverified">[],
): string[] {
  const totals = new Map<string, number>();
  const failed = new Map<string, { arms: Map<string, number>; reasons: Map<string, number> }>();
  for (const { arm, benchmark, unverified } of outcomes) {
    add(totals, benchmark);
    if (unverified === undefined) continue;
    const known = failed.get(benchmark) ?? { arms: new Map(), reasons: new Map() };
    failed.set(benchmark, known);
    add(known.arms, arm);
    add(known.reasons, unverified);
  }
  return [...failed].map(([benchmark, { arms, reasons }]) => {
    const count = [...arms.values()].reduce((a, b) => a + b);
    const list = [...arms].map(([arm, own]) => `${arm} ${own}`).join(", ");
    const [[reason]] = [...reasons].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)) as [
      [string, number],
    ];
    return `${benchmark}: ${count} of ${
      totals.get(benchmark)
    } completions could not be verified (${list}) ` +
      `and count as not solved; mostly ${reason.replace(/\.$/, "")}.`;
  });
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
