/** @file The columns of a table of results. */
import type { ResolvedEvaluation } from "../experiment/evaluation.ts";

/**
 * Headings of the table's columns: what an evaluation measures, benchmark by benchmark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const benchmarks = { hard: { domain: "relay", tier: "hard", problems: 9, seed: 1001 } } as const;
 * const evaluation = { benchmarks, greedy: true, samples: 8, temperature: 1, maxTokens: null };
 * assertEquals(columnsOf(evaluation), ["hard greedy", "hard avg@8", "hard pass@8"]);
 * ```
 */
export function columnsOf(evaluation: ResolvedEvaluation): string[] {
  const { benchmarks, greedy, samples } = evaluation;
  return Object.keys(benchmarks).flatMap((name) => [
    ...greedy ? [`${name} greedy`] : [],
    ...samples > 0 ? [`${name} avg@${samples}`] : [],
    // pass@1 is avg@1.
    ...samples > 1 ? [`${name} pass@${samples}`] : [],
  ]);
}
