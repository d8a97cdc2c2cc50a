/** @file Finds a finished experiment's stages again. */
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { namesIn } from "../files.ts";
import type { CellEntry, CellStage } from "./collect.ts";

/** `did you mean …?`, or all there is. */
function advice(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== undefined) return `did you mean "${near}"?`;
  return names.length > 0 ? `there are ${names.join(", ")}` : "there are none";
}

/**
 * Reads which stages the cells of a finished experiment were made from.
 *
 * @param results Folder of all results.
 * @throws {InputError} When it was never run, with the nearest name that was.
 */
export async function readCells(results: string, name: string): Promise<readonly CellEntry[]> {
  const cells = await lastCells(results, name);
  if (cells !== null) return cells;
  const others = await namesIn(results);
  throw new InputError(
    `"${name}": no finished experiment of this name in ${results}/; ${advice(name, others)}`,
  );
}

/**
 * As {@link readCells}; null where the experiment was never run.
 *
 * @throws {InputError} for a file that is there and cannot be read.
 */
export async function lastCells(
  results: string,
  name: string,
): Promise<readonly CellEntry[] | null> {
  const path = `${results}/${name}/cells.json`;
  let cells: unknown;
  try {
    ({ cells } = JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`${path}: cannot be read (${(error as Error).message})`);
  }
  if (!Array.isArray(cells) || !cells.every((cell) => Array.isArray(cell?.stages))) {
    throw new InputError(`${path}: found no list of cells with stages; remove it, and run again`);
  }
  return cells;
}

/** Which stage of which cell. */
export interface StageChoice {
  /** Arm; without it, the first whose stages left rollouts. */
  readonly arm?: string;
  /** Size; without it, the first. */
  readonly size?: string;
  /** Seed; without it, the first. */
  readonly seed?: number;
  /** Kind of the stage in the arm's chain; without it, the last that left rollouts. */
  readonly stage?: string;
}

/** A stage found, with its cell. */
export interface ChosenStage {
  /** The cell. */
  readonly cell: CellEntry;
  /** The stage. */
  readonly stage: CellStage;
}

/** Kinds of stage that sample rollouts. */
const SAMPLING: ReadonlySet<string> = new Set(["srl", "rlvr", "r3"]);

/** Keeps the cells in which a field has the value asked for. */
function narrow<K extends "arm" | "size" | "seed">(
  cells: readonly CellEntry[],
  key: K,
  value: CellEntry[K] | undefined,
): readonly CellEntry[] {
  if (value === undefined) return cells;
  const left = cells.filter((cell) => cell[key] === value);
  if (left.length > 0) return left;
  const there = [...new Set(cells.map((cell) => String(cell[key])))];
  throw new InputError(
    `--${key}: no finished cell with ${key} "${value}"; ${advice(String(value), there)}`,
  );
}

/**
 * Chooses the stage whose rollouts to look at.
 *
 * @throws {InputError} When there is none, with what there is.
 */
export function chooseStage(cells: readonly CellEntry[], choice: StageChoice): ChosenStage {
  let left = narrow(cells, "arm", choice.arm);
  left = narrow(left, "size", choice.size);
  left = narrow(left, "seed", choice.seed);
  for (const cell of left) {
    const sampling = cell.stages.filter(({ kind }) => SAMPLING.has(kind));
    const stage = sampling.findLast(({ kind }) => kind === (choice.stage ?? kind));
    if (stage) return { cell, stage };
    if (choice.stage !== undefined && choice.arm !== undefined) {
      const kinds = sampling.map(({ kind }) => kind);
      throw new InputError(
        `--stage: arm "${cell.arm}" has no "${choice.stage}" with rollouts; ${
          advice(choice.stage, kinds)
        }`,
      );
    }
  }
  const which = choice.arm === undefined ? "no arm" : `arm "${choice.arm}"`;
  throw new InputError(
    `${which} ${
      choice.arm === undefined ? "has" : "has no"
    } rollouts: only srl, rlvr and r3 stages sample any`,
  );
}
