import { assertEquals } from "@std/assert";
import { actionsByTokens } from "../../../src/data/granularity/by_tokens.ts";

const length = (text: string) => text.length;

/** How many steps each action has. */
function sizes(lengths: readonly number[], n: number): number[] {
  const steps = lengths.map((count) => ({ action: "x".repeat(count) }));
  return actionsByTokens(steps, n, length).map(({ pieces }) => pieces.length);
}

Deno.test("actionsByTokens() cuts where it is nearest to n tokens", () => {
  assertEquals(sizes([4, 4, 4, 4], 8), [2, 2]);
  assertEquals(sizes([4, 4, 4, 4], 9), [2, 2]);
  assertEquals(sizes([4, 4, 4, 4], 11), [3, 1]);
  // Equally near below and above: the shorter.
  assertEquals(sizes([4, 4, 4, 4], 10), [2, 2]);
  assertEquals(sizes([100, 1, 1, 100, 1], 3), [1, 2, 1, 1]);
});

Deno.test("actionsByTokens() gives each step whole with n 1, and all of them with a great n", () => {
  assertEquals(sizes([3, 3, 3], 1), [1, 1, 1]);
  assertEquals(sizes([3, 3, 3], 1_000), [3]);
  assertEquals(sizes([], 5), []);
});

Deno.test("actionsByTokens() takes linear time, also of steps without tokens", () => {
  assertEquals(sizes(new Array(200_000).fill(0), 5).length, 200_000);
  let counted = 0;
  const steps = new Array(1_000).fill({ action: "x" });
  actionsByTokens(steps, 7, () => {
    counted++;
    return 1;
  });
  assertEquals(counted, 1_000);
});
