/** @file Reads declared files before anything runs, so that what is wrong with them costs no time. */
import type { ResolvedExperiment } from "../experiment/schema.ts";

/**
 * Reads an experiment's files as its stages will.
 *
 * @throws {InputError} For a file with a malformed line, without a usable solution, or too short to hold problems out of.
 */
export async function checkFiles({ data, evaluation }: ResolvedExperiment): Promise<void> {
  const sets = Object.values(evaluation.benchmarks).filter(({ domain }) => domain === "file");
  if (data.domain !== "file" && sets.length === 0) return;
  const { loadBenchmark, loadTraining } = await import("../domains/load_tasks.ts");
  if (data.domain === "file") await loadTraining(data);
  for (const set of sets) await loadBenchmark(set);
}
