/** @file Runs an experiment from code: in a notebook, or a script. */
import { resolve } from "node:path";
import { InputError } from "../errors.ts";
import { isExperiment } from "../experiment/experiment.ts";
import type { ResolvedExperiment } from "../experiment/schema.ts";
import type { ExperimentResults } from "./load_results.ts";
import { notebookStatus } from "./notebook_status.ts";

/** Folder of all results, in the working directory, as for `deno task experiment`. */
const RESULTS = "results";

/**
 * Does what `deno task experiment` does with an experiment file, with an experiment at hand: trains and measures what is not
 * finished, each stage in a process of its own, keeps stages in `.stepwise/` and results in `results/<name>/`, both in the
 * working directory. In a notebook one line shows how far it is.
 *
 * @returns What {@link loadResults} reads of the results.
 * @throws {InputError} for what is no experiment, an experiment that cannot run, and a stage that failed, with the end of its
 * log.
 *
 * @example
 * ```ts ignore
 * const results = await run(experiment({ … }));
 * show(results.table);
 * ```
 */
export async function run(experiment: ResolvedExperiment): Promise<ExperimentResults> {
  if (!isExperiment(experiment)) {
    throw new InputError("run: expected what experiment({…}) returns");
  }
  // Loaded by the first run: what only reads results does not wait for the engine.
  const [{ runExperiment }, { writeExperiment }, { loadResults }] = await Promise.all([
    import("./run_experiment.ts"),
    import("./write_experiment.ts"),
    import("./load_results.ts"),
  ]);
  const dir = `${RESULTS}/${experiment.name}`;
  const status = notebookStatus();
  const said: string[] = [];
  let stages = 0;
  const code = await runExperiment({
    // What keeps the stages from being removed: the results that name them.
    file: resolve(dir, "cells.json"),
    experiment,
    command: ["run", experiment.name],
  }, {
    root: ".stepwise",
    results: RESULTS,
    stageCommand: [
      ...[Deno.execPath(), "run", "-A", "-q"],
      ...[import.meta.resolve("../cli/stage.ts"), "--tied"],
    ],
    columns: null,
    signal: new AbortController().signal,
    writeResults: (folder, plan, finished) => {
      stages = plan.stages.length;
      return writeExperiment(folder, plan, finished);
    },
    write: (text) => {
      said.push(text);
      const line = text.trim().split("\n").at(-1)?.trim();
      if (line) status(line);
    },
  });
  if (code !== 0) {
    const text = said.join("");
    throw new InputError(text.slice(Math.max(0, text.indexOf("failed: "))).trim());
  }
  status(`${experiment.name}: all ${stages} stages are finished`);
  return await loadResults(dir);
}
