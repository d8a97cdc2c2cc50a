import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Rng, type StreamLabel } from "../../src/random/rng.ts";
import golden from "../golden/rng.json" with { type: "json" };

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.next());

for (const { labels, next } of golden) {
  Deno.test(`Rng draws what a second implementation draws for ${JSON.stringify(labels)}`, () => {
    assertEquals(draw(new Rng(...labels as StreamLabel[]), next.length), next);
  });
}

Deno.test("Rng tells labels apart by type, order and boundary", () => {
  const lists: StreamLabel[][] = [
    ["1"],
    [1],
    ["a", "b"],
    ["b", "a"],
    ["ab"],
    ["a", "b", ""],
    ["a\0string:b"],
    ["a\0", "b"],
    ["a", "\0b"],
    [],
    [""],
  ];
  const first = lists.map((labels) => new Rng(...labels).next());
  assertEquals(new Set(first).size, lists.length);
});

Deno.test("Rng.fork() is the stream of all labels, whatever was drawn before", () => {
  const parent = new Rng(1, "data");
  const before = parent.fork("row", 3);
  draw(parent, 10);
  const after = parent.fork("row", 3);
  const expected = draw(new Rng(1, "data", "row", 3), 5);
  assertEquals(draw(before, 5), expected);
  assertEquals(draw(after, 5), expected);
  assertNotEquals(draw(parent.fork("row", 4), 5), expected);
  assertEquals(draw(parent, 1), [draw(new Rng(1, "data"), 11)[10]!]);
});

/** Chi-squared of counts against equal shares, in standard deviations from its mean. */
function deviations(counts: readonly number[]): number {
  const share = counts.reduce((a, b) => a + b, 0) / counts.length;
  const chi = counts.reduce((sum, n) => sum + (n - share) ** 2 / share, 0);
  const freedom = counts.length - 1;
  return (chi - freedom) / Math.sqrt(2 * freedom);
}

function histogram(bins: number, draws: number, next: (i: number) => number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < draws; i++) counts[Math.floor(next(i) * bins)]!++;
  return counts;
}

Deno.test("Rng.next() is uniform along a stream", () => {
  const rng = new Rng("uniform");
  assert(Math.abs(deviations(histogram(256, 100_000, () => rng.next()))) < 4);
});

Deno.test("Rng.next() is uniform across streams of neighbouring labels, and their pairs too", () => {
  const parent = new Rng(0);
  const first = (i: number) => parent.fork("row", i).next();
  assert(Math.abs(deviations(histogram(256, 50_000, first))) < 4);
  const pair = (i: number) => {
    const [a, b] = [first(i), first(i + 1)];
    return (Math.floor(a * 16) + b) / 16;
  };
  assert(Math.abs(deviations(histogram(256, 50_000, pair))) < 4);
});

Deno.test("Rng.next() of many streams never repeats", () => {
  const parent = new Rng(0);
  const seen = new Set<number>();
  for (let i = 0; i < 50_000; i++) seen.add(parent.fork(i).next());
  assertEquals(seen.size, 50_000);
});

Deno.test("Rng.next() uses all 53 bits and stays below 1", () => {
  const rng = new Rng("bits");
  let [low, high] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const x = rng.next();
    assert(x >= 0 && x < 1);
    low += x * 2 ** 53 % 2;
    high += Number(x >= 0.5);
  }
  for (const count of [low, high]) assert(Math.abs(count - 10_000) < 4 * Math.sqrt(5000));
});

Deno.test("Rng.integer() takes every value below its bound, and refuses bounds that cannot be", () => {
  const rng = new Rng("integer");
  assert(Math.abs(deviations(histogram(7, 70_000, () => rng.integer(7) / 7))) < 4);
  assertEquals(rng.integer(1), 0);
  for (const bad of [0, -1, 0.5, NaN]) {
    assertThrows(() => rng.integer(bad), RangeError, `found ${bad}`);
  }
});

Deno.test("Rng.chance() happens with its probability", () => {
  const rng = new Rng("chance");
  const share = histogram(2, 40_000, () => rng.chance(0.3) ? 0.5 : 0)[1]!;
  assert(Math.abs(share - 12_000) < 4 * Math.sqrt(40_000 * 0.3 * 0.7));
  assertEquals([rng.chance(0), rng.chance(1)], [false, true]);
});

Deno.test("Rng.pick() takes one of the items and refuses none", () => {
  const rng = new Rng("pick");
  assertEquals(
    new Set(Array.from({ length: 50 }, () => rng.pick(["a", "b"]))),
    new Set(["a", "b"]),
  );
  assertThrows(() => rng.pick([]), RangeError, "pick: there are no items");
});

Deno.test("Rng.shuffle() gives every order of the items as often, and leaves them alone", () => {
  const rng = new Rng("shuffle");
  const items = [0, 1, 2, 3];
  const counts = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = rng.shuffle(items).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(items, [0, 1, 2, 3]);
  assertEquals(counts.size, 24);
  assertEquals([...new Set([...counts.keys()].map((order) => [...order].sort().join("")))], [
    "0123",
  ]);
  assert(Math.abs(deviations([...counts.values()])) < 4);
  assertEquals(rng.shuffle([]), []);
});

Deno.test("Rng.normal() has the moments of the standard normal distribution", () => {
  const rng = new Rng("normal");
  const draws = Array.from({ length: 50_000 }, () => rng.normal());
  assert(draws.every(Number.isFinite));
  const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / draws.length;
  // Expected values, and standard deviations of the estimates.
  [[0, 1], [1, Math.sqrt(2)], [0, Math.sqrt(15)], [3, Math.sqrt(96)]].forEach(([mean, sd], i) => {
    assert(Math.abs(moment(i + 1) - mean!) < 4 * sd! / Math.sqrt(draws.length), `moment ${i + 1}`);
  });
});
