/** @file Shapes: a dimension is a size, or a name for a size that is known only when the graph runs. */

/** A size, or the name of a size (`"B"`); equal names are equal sizes. */
export type Dim = number | string;

/** Dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly Dim[];

/**
 * A shape as it is written in messages: `[2, B, 3]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatShape([2, "B", 3]), "[2, B, 3]");
 * ```
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Whether two shapes are the same, names included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sameShape([2, "B"], [2, "B"]), true);
 * ```
 */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/**
 * Number of elements.
 *
 * @throws {TypeError} where a dimension is only a name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sizeOf([2, 3]), 6);
 * ```
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") {
      throw new TypeError(
        `${formatShape(shape)} has no fixed size: ${dim} is known only at run time`,
      );
    }
    size *= dim;
  }
  return size;
}

/**
 * The shape that two operands broadcast to by NumPy's rule, or null where they do not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(broadcastShapes([4, 1, 3], [2, 1]), [4, 2, 3]);
 * assertEquals(broadcastShapes([4], [3]), null);
 * ```
 */
export function broadcastShapes(a: Shape, b: Shape): Dim[] | null {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return null;
    result.push(left === 1 ? right : left);
  }
  return result;
}

/**
 * The axes of `from` that broadcasting stretched or added on the way to `to`, as axes of `to`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(broadcastAxes([1, 3], [4, 2, 3]), [0, 1]);
 * ```
 */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length;
  const axes: number[] = [];
  to.forEach((dim, i) => {
    if (i < offset || (from[i - offset] === 1 && dim !== 1)) axes.push(i);
  });
  return axes;
}

/**
 * `axis` counted from the front; negative ones count from the back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(normalizeAxis(-1, 3), 2);
 * ```
 */
export function normalizeAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
