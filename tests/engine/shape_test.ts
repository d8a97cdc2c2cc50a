import { assertEquals, assertThrows } from "@std/assert";
import {
  broadcastAxes,
  broadcastShapes,
  formatShape,
  normalizeAxis,
  sameShape,
  type Shape,
  sizeOf,
} from "../../src/engine/shape.ts";

Deno.test("broadcastShapes() follows NumPy, and knows names", () => {
  const cases: [Shape, Shape, Shape | null][] = [
    [[], [], []],
    [[2, 3], [], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [[4, 1, 3], [2, 1], [4, 2, 3]],
    [[1, 1], [5], [1, 5]],
    [[0], [1], [0]],
    [[2], [3], null],
    [["B", 1], [1, "S"], ["B", "S"]],
    [["B"], ["B"], ["B"]],
    [["B"], ["S"], null],
    [["B"], [4], null],
  ];
  for (const [a, b, expected] of cases) {
    assertEquals(broadcastShapes(a, b), expected as never);
    assertEquals(broadcastShapes(b, a), expected as never);
  }
});

Deno.test("broadcastAxes() names the axes that were stretched or added", () => {
  assertEquals(broadcastAxes([3], [2, 3]), [0]);
  assertEquals(broadcastAxes([2, 1, 3], [4, 2, 5, 3]), [0, 2]);
  assertEquals(broadcastAxes([1], [1]), []);
  assertEquals(broadcastAxes([], [2, 2]), [0, 1]);
});

Deno.test("normalizeAxis() counts negative axes from the back", () => {
  assertEquals([0, 1, -1, -2].map((axis) => normalizeAxis(axis, 2)), [0, 1, 1, 0]);
});

Deno.test("sizeOf() multiplies sizes and refuses names", () => {
  assertEquals(sizeOf([]), 1);
  assertEquals(sizeOf([2, 0, 3]), 0);
  assertThrows(() => sizeOf([2, "B"]), TypeError, "[2, B] has no fixed size: B is known only at");
});

Deno.test("sameShape() and formatShape() tell shapes apart as they are written", () => {
  assertEquals(sameShape([2, "B"], [2, "B"]), true);
  assertEquals(sameShape([2], [2, 1]), false);
  assertEquals(formatShape([2, "B"]), "[2, B]");
  assertEquals(formatShape([]), "[]");
});
