import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Cycle } from "../../src/algorithms/cycle.ts";
import { Rng } from "../../src/random/rng.ts";

const ITEMS = Array.from({ length: 10 }, (_, i) => i);
const sorted = (list: readonly number[]) => list.toSorted((a, b) => a - b);

Deno.test("Cycle takes every item once in each pass, in another order", () => {
  const cycle = new Cycle(ITEMS, new Rng(1));
  const [first, second] = [cycle.take(10), cycle.take(10)];
  assertEquals([sorted(first), sorted(second)], [ITEMS, ITEMS]);
  assertNotEquals(first, second);
});

Deno.test("Cycle gives the same order however it is asked", () => {
  const whole = new Cycle(ITEMS, new Rng(1)).take(37);
  const parts = new Cycle(ITEMS, new Rng(1));
  assertEquals([3, 0, 17, 16, 1].flatMap((count) => parts.take(count)), whole);
  assertNotEquals(new Cycle(ITEMS, new Rng(2)).take(37), whole);
});

Deno.test("Cycle is not moved by what else is drawn from the stream", () => {
  const rng = new Rng(1);
  const cycle = new Cycle(ITEMS, rng);
  rng.next();
  assertEquals(cycle.take(25), new Cycle(ITEMS, new Rng(1)).take(25));
});

Deno.test("Cycle refuses to go round nothing", () => {
  assertThrows(() => new Cycle([], new Rng(1)), RangeError, "no items");
});
