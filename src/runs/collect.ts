/** @file Gathers what finished cells left in their stages' folders. */
import { InputError } from "../errors.ts";
import type { Cell, Plan } from "../experiment/plan.ts";
import type { CellMetric, Outcome } from "../results/outcome.ts";
import { METRICS, readRows } from "../results/jsonl_rows.ts";
import type { TableProvenance } from "../results/table.ts";
import { kindOf } from "./estimate.ts";
import { readLedgers, type StageLedger } from "./ledgers.ts";
import { readSources, type StageSource } from "./results_provenance.ts";
import type { StageStore } from "./store.ts";
import { tableSource } from "./table_source.ts";

/** One stage of a cell, as `cells.json` tells it. */
export interface CellStage {
  /** `sft`, `srl`, `rlvr` or `evaluate`. */
  readonly kind: string;
  /** Its id. */
  readonly id: string;
  /** Its folder, relative to the working directory. */
  readonly dir: string;
}

/** One cell, as `cells.json` tells it. */
export interface CellEntry {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Seed. */
  readonly seed: number;
  /** Its training stages in order, then its evaluation. */
  readonly stages: readonly CellStage[];
}

/** What the finished cells of a plan come to. */
export interface Collected {
  /** Cells whose every stage is finished. */
  readonly cells: readonly CellEntry[];
  /** Cells that lack a stage. */
  readonly missing: readonly Cell[];
  /** Every outcome, with its cell. */
  readonly outcomes: readonly Outcome[];
  /** Every metric row, with its cell. A stage that cells share has a row in each. */
  readonly metrics: readonly CellMetric[];
  /** What became of the rows that the stages read, equal ledgers once. */
  readonly ledgers: readonly StageLedger[];
  /** The tree, or trees, that the stages were made from: a reused stage brings its own. */
  readonly source: TableProvenance;
  /** Config and provenance of each stage of these cells, each once. */
  readonly sources: readonly StageSource[];
}

/** A cell's stages, in order. */
function stagesOfCell(cell: Cell, plan: Plan, store: StageStore): CellStage[] {
  const specs = new Map(plan.stages.map(({ id, spec }) => [id, spec]));
  return [...cell.training, cell.evaluation].map((id) => ({
    kind: kindOf(specs.get(id)!),
    id,
    dir: store.dir(id),
  }));
}

/**
 * An evaluation's outcomes, which do not name the cell: several may share them.
 *
 * @throws {InputError} for a line that is not JSON.
 */
export async function readOutcomes(dir: string): Promise<Omit<Outcome, "arm" | "size" | "seed">[]> {
  const path = `${dir}/outcomes.jsonl`;
  const lines = (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    try {
      return JSON.parse(line);
    } catch {
      throw new InputError(`${path}:${i + 1}: not JSON; remove ${dir} to make it anew`);
    }
  });
}

/**
 * Gathers outcomes and metrics of the cells that are finished.
 *
 * @throws {InputError} for a file that is not what the stage wrote.
 */
export async function collect(plan: Plan, store: StageStore): Promise<Collected> {
  const cells: CellEntry[] = [];
  const missing: Cell[] = [];
  const outcomes: Outcome[] = [];
  const metrics: CellMetric[] = [];
  for (const cell of plan.cells) {
    const { arm, size, seed } = cell;
    const stages = stagesOfCell(cell, plan, store);
    const finished = await Promise.all(stages.map(({ id }) => store.has(id)));
    if (!finished.every(Boolean)) {
      missing.push(cell);
      continue;
    }
    cells.push({ arm, size, seed, stages });
    const training = stages.slice(0, -1);
    for (const { id } of training) await store.verify(id, "metrics.jsonl");
    await store.verify(cell.evaluation, "outcomes.jsonl");
    for (const [position, { kind, dir }] of training.entries()) {
      for (const row of await readRows(METRICS, `${dir}/metrics.jsonl`)) {
        metrics.push({ arm, size, seed, stage: kind, position, row });
      }
    }
    for (const row of await readOutcomes(store.dir(cell.evaluation))) {
      outcomes.push({ arm, size, seed, ...row });
    }
  }
  const dirs = new Map(cells.flatMap(({ stages }) => stages.map(({ id, dir }) => [id, dir])));
  const sources = await readSources(dirs);
  return {
    cells,
    missing,
    outcomes,
    metrics,
    ledgers: await readLedgers(dirs),
    source: tableSource(sources.map(({ provenance }) => provenance)),
    sources,
  };
}
