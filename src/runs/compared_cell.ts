/** @file A cell that `--diff` compares: one of the experiment's, or one of another experiment file. */
import { loadExperiment } from "../experiment/load.ts";
import { type Cell, type Plan, planExperiment, type PlanOptions } from "../experiment/plan.ts";
import { cellName, findCell } from "./cell_name.ts";

/** One side of a comparison. */
export interface ComparedCell {
  /** What it is called in the comparison. */
  readonly name: string;
  /** The plan that it belongs to. */
  readonly plan: Plan;
  /** The cell. */
  readonly cell: Cell;
}

/** `other.ts:srl/1m/2`. */
const ELSEWHERE = /^(.+?\.[cm]?[jt]sx?):(.+)$/;

/**
 * The cell that somebody wrote: a name in the plan at hand (see {@link findCell}), or `FILE:CELL` for one of another experiment file.
 *
 * @param options Seeds instead of those that the other file declares, threads of its stages, and their device.
 * @throws {InputError} where there is no such cell, or the other file cannot be used.
 */
export async function comparedCell(
  text: string,
  plan: Plan,
  { seeds, threads, device }: Pick<PlanOptions, "seeds" | "threads" | "device"> = {},
): Promise<ComparedCell> {
  const [, file, name] = ELSEWHERE.exec(text) ?? [];
  if (file === undefined || name === undefined) {
    const cell = findCell(plan.cells, text, "--diff");
    return { name: cellName(cell), plan, cell };
  }
  const other = await planExperiment(await loadExperiment(file), {
    ...seeds ? { seeds } : {},
    ...threads === undefined ? {} : { threads },
    ...device === undefined ? {} : { device },
  });
  const cell = findCell(other.cells, name, `--diff: ${file}`);
  return { name: `${file}:${cellName(cell)}`, plan: other, cell };
}
