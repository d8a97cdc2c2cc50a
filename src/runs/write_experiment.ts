/** @file Writes what finished cells come to into the experiment's results folder. */
import type { ResolvedEvaluation } from "../experiment/evaluation.ts";
import type { Plan } from "../experiment/plan.ts";
import { writeFiles } from "../results/write_files.ts";
import { writeResults } from "../results/write_results.ts";
import type { Finished } from "./run_experiment.ts";

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

/**
 * Writes raw outcomes, tables, plots; `cells.json`: which stages each cell was made from; `provenance.json`: config,
 * data, commit, versions, machine and times of each of these stages; `ledger.json`: what became of the rows
 * that they read; `overlap.json`: which benchmark problems are in the training data too. The last two only where there is
 * something to say.
 */
export async function writeExperiment(
  dir: string,
  { experiment }: Plan,
  { cells, outcomes, metrics, ledgers, overlap, source, sources }: Finished,
): Promise<{ text: string; files: string[] }> {
  const shown = new Set(cells.map(({ arm }) => arm));
  const text = await writeResults(dir, {
    outcomes,
    metrics,
    arms: Object.keys(experiment.arms).filter((arm) => shown.has(arm)),
    columns: columnsOf(experiment.evaluation),
    title: experiment.name,
    question: experiment.question,
    provenance: source,
    // Greedy accuracy on the same held-out problems, whatever the stage.
    oneValidation: true,
  });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await writeFiles(dir, {
    "cells.json": json({ experiment, cells }),
    "provenance.json": json({ stages: sources }),
    "ledger.json": ledgers.length > 0 ? json(ledgers) : null,
    "overlap.json": Object.keys(overlap).length > 0 ? json(overlap) : null,
  });
  const names = await Array.fromAsync(Deno.readDir(dir), ({ name }) => name);
  const files = names.filter((name) => !name.endsWith(".tmp")).sort();
  return { text, files: files.map((name) => `${dir}/${name}`) };
}
