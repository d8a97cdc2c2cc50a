/** @file How a score and its interval are written. */
import type { TableCell } from "./table.ts";

/** What stands where an arm has no score. */
export const MISSING = "–";

/**
 * A fraction in percent, with one decimal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(percent(0.6128), "61.3");
 * ```
 */
export function percent(fraction: number): string {
  return (fraction * 100).toFixed(1);
}

/**
 * A cell in percent: `61.3 ± 4.2` for the interval over seeds, which is symmetric, and `61.3 [51.5, 70.3]` for those
 * over problems, which are not.
 *
 * @param align Pads the parts, so that the figures of several cells stand under each other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { mean: 0.613, low: 0.571, high: 0.655, over: "seeds" } as const;
 * assertEquals(cellText(cell), "61.3 ± 4.2");
 * assertEquals(cellText({ ...cell, over: "problems" }, true), " 61.3 [57.1, 65.5]");
 * ```
 */
export function cellText(
  cell: Pick<TableCell, "mean" | "low" | "high" | "over"> | undefined,
  align = false,
): string {
  if (cell === undefined) return align ? MISSING.padStart(5) : MISSING;
  const mean = percent(cell.mean).padStart(align ? 5 : 0);
  if (cell.over !== "seeds") return `${mean} [${percent(cell.low)}, ${percent(cell.high)}]`;
  return `${mean} ± ${percent(cell.high - cell.mean).padStart(align ? 4 : 0)}`;
}
