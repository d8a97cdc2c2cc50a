/** @file A finished experiment's results, ready for tables and plots. */
import { InputError } from "../errors.ts";
import { readText } from "../files.ts";
import type { ResolvedExperiment } from "../experiment/schema.ts";
import { readRows, ROLLOUTS } from "../results/jsonl_rows.ts";
import type { RolloutRow } from "../results/outcome.ts";
import { readResults, type StoredResults } from "../results/store/read_results.ts";
import type { ResultTable } from "../results/table.ts";
import { resultsTable } from "../results/write_results.ts";
import type { CellEntry } from "./collect.ts";
import { columnsOf } from "./evaluation_columns.ts";
import { chooseStage, type StageChoice } from "./read_cells.ts";
import type { StageSource } from "./results_provenance.ts";
import { tableSource } from "./table_source.ts";

/** What an experiment came to. */
export interface ExperimentResults extends StoredResults {
  /** What was declared, every default filled. */
  readonly experiment: ResolvedExperiment;
  /** Arms that have finished cells, in the declared order. */
  readonly arms: readonly string[];
  /** Finished cells, each with its stages, whose folders hold checkpoints, rollouts and logs. */
  readonly cells: readonly CellEntry[];
  /** The comparison. */
  readonly table: ResultTable;
}

/**
 * Reads what `deno task experiment` or {@link run} left in an experiment's results folder.
 *
 * @param dir e.g. `results/quickstart`.
 * @throws {InputError} where a file is missing or wrong, naming it, or was written with another schema.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadResults("results/none"), Error, "results/none");
 * ```
 */
export async function loadResults(dir: string): Promise<ExperimentResults> {
  const { experiment, cells } = await readCellsFile(dir);
  const { outcomes, metrics } = await readResults(dir);
  const { stages } = await readJson<{ stages: readonly StageSource[] }>(
    `${dir}/provenance.json`,
    ({ stages }) => Array.isArray(stages) && stages.every((stage) => isRecord(stage?.provenance)),
    "a list of stages with their provenance",
  );
  const shown = new Set(cells.map(({ arm }) => arm));
  const arms = Object.keys(experiment.arms).filter((arm) => shown.has(arm));
  const table = resultsTable({
    outcomes,
    metrics,
    arms,
    columns: columnsOf(experiment.evaluation),
    title: experiment.name,
    question: experiment.question,
    provenance: tableSource(stages.map(({ provenance }) => provenance)),
  });
  return { experiment, arms, cells, outcomes, metrics, table };
}

/**
 * Reads the rollouts of one stage of a finished experiment: every group of every update, with what was rewarded and why.
 *
 * @param dir e.g. `results/quickstart`.
 * @param choice Which stage; of what is left out, the first that has rollouts.
 * @throws {InputError} where there is no such stage, with what there is, or its rollouts were removed.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadRollouts("results/none", { arm: "srl" }), Error, "results/none");
 * ```
 */
export async function loadRollouts(dir: string, choice: StageChoice = {}): Promise<RolloutRow[]> {
  const { cells } = await readCellsFile(dir);
  const { stage } = chooseStage(cells, choice);
  return await readRows(ROLLOUTS, `${stage.dir}/rollouts.jsonl`);
}

function readCellsFile(dir: string): Promise<{
  readonly experiment: ResolvedExperiment;
  readonly cells: readonly CellEntry[];
}> {
  return readJson(
    `${dir}/cells.json`,
    ({ experiment, cells }) =>
      isRecord(experiment) && isRecord(experiment.arms) && isRecord(experiment.evaluation) &&
      Array.isArray(cells) && cells.every((cell) => Array.isArray(cell?.stages)),
    "an experiment and its cells",
  );
}

/** JSON of a file that a run wrote. */
async function readJson<T>(
  path: string,
  check: (value: Readonly<Record<string, unknown>>) => boolean,
  expected: string,
): Promise<T> {
  const text = await readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: not JSON (${(error as Error).message})`);
  }
  if (!isRecord(value) || !check(value)) {
    throw new InputError(`${path}: expected ${expected}; found something else`);
  }
  return value as T;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
