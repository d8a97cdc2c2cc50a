import { assertEquals } from "@std/assert";
import { Cycle } from "../../src/algorithms/cycle.ts";
import { sourceOf } from "../../src/algorithms/source.ts";
import { Rng } from "../../src/random/rng.ts";

const never = () => {
  throw new Error("made an item of a finite set");
};

Deno.test("sourceOf() goes round a finite set", () => {
  const expected = new Cycle(["a", "b", "c"], new Rng(1)).take(7);
  assertEquals(sourceOf(["a", "b", "c"], never, new Rng(1)).take(7), expected);
});

Deno.test("sourceOf() makes endless items in the order of their indices, none twice, none left out", () => {
  const made: number[] = [];
  // Index i gives i % 3 items: none for some.
  const make = (i: number) => {
    made.push(i);
    return Array.from({ length: i % 3 }, (_, j) => `${i}.${j}`);
  };
  const source = sourceOf(null, make, new Rng(1));
  assertEquals([...source.take(2), ...source.take(0), ...source.take(3)], [
    "1.0",
    "2.0",
    "2.1",
    "4.0",
    "5.0",
  ]);
  assertEquals(made, [0, 1, 2, 3, 4, 5]);
  assertEquals(source.take(1), ["5.1"]);
});

Deno.test("sourceOf() goes on from any position as an equal source did", () => {
  const make = (i: number) => Array.from({ length: i % 3 }, (_, j) => `${i}.${j}`);
  for (const items of [null, ["a", "b", "c", "d"]]) {
    for (let taken = 0; taken < 11; taken++) {
      const source = sourceOf(items, make, new Rng(1));
      source.take(taken);
      const other = sourceOf(items, make, new Rng(1));
      other.take(5); // Wherever it was.
      other.moveTo(JSON.parse(JSON.stringify(source.position)));
      assertEquals(other.position, source.position);
      assertEquals(other.take(9), source.take(9));
    }
  }
});
