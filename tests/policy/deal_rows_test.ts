import { assert, assertEquals } from "@std/assert";
import { dealRows } from "../../src/policy/deal_rows.ts";
import { Rng } from "../../src/random/rng.ts";

Deno.test("dealRows() deals every row once and evenly, and cuts few requests", () => {
  const rng = new Rng("deal");
  for (let round = 0; round < 300; round++) {
    const counts = Array.from({ length: 1 + rng.integer(9) }, () => rng.integer(9));
    const rows = counts.reduce((a, b) => a + b, 0);
    if (rows === 0) continue;
    const lanes = 1 + rng.integer(Math.min(rows, 6));
    const dealt = dealRows(counts, lanes);
    assertEquals(dealt.length, lanes);
    const sizes = dealt.map((shares) => shares.reduce((n, { from, to }) => n + to - from, 0));
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1, `${counts} over ${lanes}: ${sizes}`);
    const shares = dealt.flat().sort((a, b) => a.request - b.request || a.from - b.from);
    const rowsOf = shares.flatMap(({ request, from, to }) =>
      Array.from({ length: to - from }, (_, i) => [request, from + i])
    );
    assertEquals(
      rowsOf,
      counts.flatMap((n, request) => Array.from({ length: n }, (_, i) => [request, i])),
    );
    assert(shares.length - counts.filter((n) => n > 0).length < lanes);
  }
});

Deno.test("dealRows() keeps requests whole and spreads neighbours where that is even", () => {
  const requestsOf = (counts: number[], lanes: number) =>
    dealRows(counts, lanes).map((shares) => shares.map(({ request }) => request));
  assertEquals(requestsOf([8, 8, 8, 8], 2), [[0, 2], [1, 3]]);
  assertEquals(requestsOf([1, 1, 1, 1, 1], 2), [[0, 1, 3], [2, 4]]);
  assertEquals(requestsOf([8], 2), [[0], [0]]);
  assertEquals(requestsOf([0, 3], 1), [[1]]);
  assertEquals(requestsOf([0], 1), [[]]);
});
