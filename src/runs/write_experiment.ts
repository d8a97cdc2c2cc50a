/** @file Writes what finished cells come to into the experiment's results folder. */
import type { Plan } from "../experiment/plan.ts";
import { namesIn } from "../files.ts";
import { writeFiles } from "../results/write_files.ts";
import { writeResults } from "../results/write_results.ts";
import { columnsOf } from "./evaluation_columns.ts";
import type { Finished } from "./run_experiment.ts";

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
  const files = (await namesIn(dir)).filter((name) => !name.endsWith(".tmp"));
  return { text, files: files.map((name) => `${dir}/${name}`) };
}
