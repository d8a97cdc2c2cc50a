/** @file Random texts of few letters, on which mistakes at the borders of words show. */
import { Rng } from "../../src/random/rng.ts";

/** Pairs of texts of up to 140 letters, some alike, in an order that a seed fixes. */
export function* randomPairs(seed: number, count: number): Generator<[string, string]> {
  const rng = new Rng("pairs", seed);
  const text = (length: number) => Array.from({ length }, () => "abcd"[rng.integer(4)]!).join("");
  for (let i = 0; i < count; i++) {
    const a = text(rng.integer(140));
    const changed = [...a].map((letter) => rng.chance(0.2) ? text(rng.integer(3)) : letter).join(
      "",
    );
    yield [a, rng.chance(0.5) ? changed : text(rng.integer(140))];
  }
}

/** The last cell of a table whose first row and column are `border(i)`. */
export function lastOf(
  a: string,
  b: string,
  border: (i: number) => number,
  cell: (same: boolean, diagonal: number, up: number, left: number) => number,
): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => border(j));
  for (let i = 1; i <= a.length; i++) {
    const next = [border(i)];
    for (let j = 1; j <= b.length; j++) {
      next.push(cell(a[i - 1] === b[j - 1], row[j - 1]!, row[j]!, next[j - 1]!));
    }
    row = next;
  }
  return row[b.length]!;
}
