/** @file How a cell is called on the command line and in a plan. */
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import { show } from "../experiment/problems.ts";

/** What tells cells apart. */
export interface CellKey {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Seed. */
  readonly seed: number;
}

/** Names that an error lists. */
const LISTED = 6;

/**
 * A cell's name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cellName({ arm: "srl → rlvr", size: "1m", seed: 2 }), "srl → rlvr/1m/2");
 * ```
 */
export function cellName({ arm, size, seed }: CellKey): string {
  return `${arm}/${size}/${seed}`;
}

/**
 * The cell that somebody wrote: `arm/size/seed`, or without the size or the seed where all cells have the same one.
 *
 * @param option The option that it was given to, for the error.
 * @throws {InputError} for a name that no cell has, with the nearest one, and for one that several have.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const cells = [1, 2].map((seed) => ({ arm: "srl", size: "1m", seed }));
 * assertEquals(findCell(cells, "srl/2", "--why").seed, 2);
 * assertThrows(() => findCell(cells, "slr/1m/2", "--why"), Error, 'did you mean "srl/1m/2"?');
 * ```
 */
export function findCell<C extends CellKey>(
  cells: readonly C[],
  text: string,
  option: string,
): C {
  const one = (key: "size" | "seed") => new Set(cells.map((cell) => cell[key])).size === 1;
  const [oneSize, oneSeed] = [one("size"), one("seed")];
  /** The ways to write a cell, its name first. */
  const forms = (cell: C) => {
    const { arm, size, seed } = cell;
    return [
      cellName(cell),
      ...oneSize ? [`${arm}/${seed}`] : [],
      ...oneSeed ? [`${arm}/${size}`] : [],
      ...oneSize && oneSeed ? [arm] : [],
    ];
  };
  const found = cells.filter((cell) => forms(cell).includes(text));
  const [cell] = found;
  if (cell !== undefined && found.length === 1) return cell;
  const wrong = `${option}: found ${show(text)};`;
  if (cell !== undefined) {
    // Only where names hold slashes of their own.
    throw new InputError(`${wrong} several cells are called so: rename an arm or a size`);
  }
  const near = nearest(text, cells.flatMap(forms));
  const meant = cells.find((cell) => near !== undefined && forms(cell).includes(near));
  if (meant) {
    throw new InputError(
      `${wrong} expected a cell, arm/size/seed; did you mean ${JSON.stringify(cellName(meant))}?`,
    );
  }
  const names = cells.slice(0, LISTED).map(cellName);
  const more = cells.length - names.length;
  throw new InputError(
    `${wrong} expected a cell, arm/size/seed: ${names.join(", ")}${
      more > 0 ? ` and ${more} more` : ""
    }`,
  );
}
