import { assertEquals } from "@std/assert";
import { distributionOf } from "../../src/data/distribution.ts";

Deno.test("distributionOf() takes the middle value, or the mean of the middle two", () => {
  assertEquals(distributionOf([10, 9, 1]), { minimum: 1, median: 9, mean: 20 / 3, maximum: 10 });
  assertEquals(distributionOf([10, 9, 1, 2])?.median, 5.5);
  assertEquals(distributionOf([7]), { minimum: 7, median: 7, mean: 7, maximum: 7 });
});

Deno.test("distributionOf() gives null for no values and leaves its argument as it was", () => {
  assertEquals(distributionOf([]), null);
  const values = [3, 1, 2];
  distributionOf(values);
  assertEquals(values, [3, 1, 2]);
});
