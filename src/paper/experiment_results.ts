/** @file An experiment's stored results beside its file as it stands now, and what is wrong with them. */
import { InputError } from "../errors.ts";
import { loadExperiment } from "../experiment/load.ts";
import { planExperiment } from "../experiment/plan.ts";
import type { ResolvedExperiment } from "../experiment/schema.ts";
import { fileReason } from "../file_reason.ts";
import type { CellMetric, Outcome } from "../results/outcome.ts";
import { readResults } from "../results/store/read_results.ts";
import { SCHEMA_FILE } from "../results/store/schema.ts";
import { buildTable, type ResultTable, type TableProvenance } from "../results/table.ts";
import { taint } from "../results/table_caption.ts";
import type { CellEntry } from "../runs/collect.ts";
import { columnsOf } from "../runs/evaluation_columns.ts";
import { lastCells } from "../runs/read_cells.ts";
import type { StageSource } from "../runs/results_provenance.ts";
import { tableSource } from "../runs/table_source.ts";

/** What is wrong with stored results. */
export interface ResultProblem {
  /** Not there; of another declaration than the file's; or of an uncommitted or mixed origin. */
  readonly kind: "missing" | "stale" | "dirty";
  /** A file or folder, and what is the matter with it. */
  readonly text: string;
  /** The command that mends it. */
  readonly command: string;
}

/** Stored results, as figures, tables and numbers are made from them. */
export interface PaperResults {
  /** The experiment as its file declares it now. */
  readonly experiment: ResolvedExperiment;
  /** Every judged completion. */
  readonly outcomes: readonly Outcome[];
  /** Every stage's metrics. */
  readonly metrics: readonly CellMetric[];
  /** Arms with results, in the declared order. */
  readonly arms: readonly string[];
  /** All scores with intervals, and marks by paired tests. */
  readonly table: ResultTable;
  /** What must be said beside a plot of them; empty where nothing must. */
  readonly note: string;
}

/** An experiment of a paper. */
export interface PaperExperiment {
  /** Its file. */
  readonly file: string;
  /** As declared. */
  readonly experiment: ResolvedExperiment;
  /** Its cells as planned, and the ids of the stages that each is made from. */
  readonly cells: readonly {
    /** `arm/size/seed`. */
    readonly name: string;
    /** Ids, the evaluation's last. */
    readonly stages: readonly string[];
  }[];
  /** What is wrong with its results; none where they can be published. */
  readonly problems: readonly ResultProblem[];
  /** Its results; null where they cannot be read. */
  readonly results: PaperResults | null;
}

/** Files without which nothing can be made. */
const NEEDED = ["cells.json", "provenance.json", SCHEMA_FILE, "outcomes.jsonl", "metrics.jsonl"];

/** Names of cells that a message shows. */
const SHOWN = 4;

/**
 * Reads an experiment's results and compares them with its file: the id of every stage of every cell must be that of the
 * file as it stands now, and every stage must come from one committed tree.
 *
 * @param file The experiment file.
 * @param folder Folder of all results.
 * @throws {InputError} for an experiment that cannot be loaded or planned, and for results that are there but broken.
 */
export async function readExperiment(file: string, folder: string): Promise<PaperExperiment> {
  const { cells, experiment } = await planExperiment(await loadExperiment(file));
  const command = `deno task experiment ${file}`;
  const dir = `${folder}/${experiment.name}`;
  const planned = cells.map(({ arm, size, seed, training, evaluation }) => ({
    name: `${arm}/${size}/${seed}`,
    stages: [...training, evaluation],
  }));
  const problem = (kind: ResultProblem["kind"], text: string) => ({ kind, text, command });
  const absent = await absentFiles(dir);
  if (absent.length > 0) {
    const text = absent.length === NEEDED.length
      ? `${dir}/: no results`
      : `${absent.map((name) => `${dir}/${name}`).join(", ")}: missing`;
    return {
      file,
      experiment,
      cells: planned,
      problems: [problem("missing", text)],
      results: null,
    };
  }
  const entries = await lastCells(folder, experiment.name) ?? [];
  const sources = await readSources(`${dir}/provenance.json`);
  const provenance = tableSource(sources.map((source) => source.provenance));
  const { outcomes, metrics } = await readResults(dir);
  const made = new Map(entries.map((entry) => [cellName(entry), entry]));
  const names = new Set(planned.map(({ name }) => name));
  const measured = new Set(outcomes.map(cellName));
  const traced = new Set(sources.map(({ id }) => id));
  const differs = (ids: readonly string[], entry: CellEntry) =>
    ids.length !== entry.stages.length || ids.some((id, i) => id !== entry.stages[i]!.id);
  const missing = planned.filter(({ name }) => !made.has(name) || !measured.has(name));
  const stale = planned.filter(({ name, stages }) => {
    const entry = made.get(name);
    return entry !== undefined && differs(stages, entry);
  });
  const surplus = [...new Set([...made.keys(), ...measured])].filter((name) => !names.has(name));
  const untraced = entries.flatMap(({ stages }) => stages).filter(({ id }) => !traced.has(id));
  const tainted = taint(provenance);
  const problems = [
    ...list(
      missing.map(({ name }) => name),
      (text) => problem("missing", `${dir}/: no results of ${text}`),
    ),
    ...list(
      stale.map(({ name }) => name),
      (text) => problem("stale", `${dir}/: made by another declaration than ${file}: ${text}`),
    ),
    ...list(
      surplus,
      (text) => problem("stale", `${dir}/: has cells that ${file} does not declare: ${text}`),
    ),
    ...list(
      [...new Set(untraced.map(({ id }) => id))],
      (text) =>
        problem(
          "dirty",
          `${dir}/provenance.json: does not say what these stages were made from: ${text}`,
        ),
    ),
    ...tainted === null ? [] : [problem("dirty", `${dir}/: ${tainted}`)],
  ];
  return {
    file,
    experiment,
    cells: planned,
    problems,
    results: resultsOf(experiment, outcomes, metrics, provenance),
  };
}

/** Scores and marks, of the arms that have results. */
function resultsOf(
  experiment: ResolvedExperiment,
  outcomes: readonly Outcome[],
  metrics: readonly CellMetric[],
  provenance: TableProvenance,
): PaperResults | null {
  // Stale results may have other arms than the file declares.
  const arms = [
    ...new Set([...Object.keys(experiment.arms), ...outcomes.map(({ arm }) => arm)]),
  ].filter((arm) => outcomes.some((row) => row.arm === arm));
  if (arms.length === 0) return null;
  const table = buildTable({
    outcomes,
    arms,
    columns: columnsOf(experiment.evaluation),
    title: experiment.name,
    question: experiment.question,
    provenance,
  });
  return { experiment, outcomes, metrics, arms, table, note: taint(provenance) ?? "" };
}

async function absentFiles(dir: string): Promise<string[]> {
  const there = await Promise.all(NEEDED.map(async (name) => {
    try {
      return (await Deno.stat(`${dir}/${name}`)).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw new InputError(`${dir}/${name}: cannot be read: ${fileReason(error)}`);
    }
  }));
  return NEEDED.filter((_, i) => !there[i]);
}

async function readSources(path: string): Promise<StageSource[]> {
  let stages: unknown;
  try {
    ({ stages } = JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${(error as Error).message})`);
  }
  if (Array.isArray(stages) && stages.every((stage) => Array.isArray(stage?.provenance?.earlier))) {
    return stages;
  }
  throw new InputError(`${path}: expected a list of stages with their provenance`);
}

function cellName({ arm, size, seed }: Pick<CellEntry, "arm" | "size" | "seed">): string {
  return `${arm}/${size}/${seed}`;
}

/** One problem for some names; none for no name. */
function list(
  names: readonly string[],
  of: (text: string) => ResultProblem,
): ResultProblem[] {
  if (names.length === 0) return [];
  const more = names.length - SHOWN;
  return [of([...names.slice(0, SHOWN), ...more > 0 ? [`${more} more`] : []].join(", "))];
}
