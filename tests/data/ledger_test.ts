import { assertEquals, assertThrows } from "@std/assert";
import { type DroppedRow, Ledger } from "../../src/data/ledger.ts";
import { InputError } from "../../src/errors.ts";

const drop = (row: number, reason: string): DroppedRow => ({
  row,
  id: `p${row}`,
  reason,
  detail: `${reason} in ${row}`,
});

/** A ledger of some used rows and of dropped ones with these reasons. */
function ledgerOf(used: number, ...reasons: string[]): Ledger {
  const ledger = new Ledger("a.jsonl");
  for (let row = 0; row < used; row++) ledger.use();
  reasons.forEach((reason, at) => ledger.drop(drop(used + at + 1, reason)));
  return ledger;
}

Deno.test("Ledger accounts for every row as used or dropped", () => {
  const ledger = ledgerOf(3, "a", "b");
  assertEquals([ledger.rows, ledger.used, ledger.dropped], [5, 3, [drop(4, "a"), drop(5, "b")]]);
});

Deno.test("Ledger.reasons() gives totals and the first example, the most frequent first", () => {
  assertEquals(ledgerOf(0, "a", "b", "b", "c").reasons(), [
    { reason: "b", count: 2, example: drop(2, "b") },
    { reason: "a", count: 1, example: drop(1, "a") },
    { reason: "c", count: 1, example: drop(4, "c") },
  ]);
  assertEquals(ledgerOf(2).reasons(), []);
});

Deno.test("Ledger.failAbove() throws only when more than the fraction was dropped", () => {
  ledgerOf(3, "a").failAbove(0.25);
  ledgerOf(3).failAbove(0);
  assertThrows(
    () => ledgerOf(3, "a", "b", "b").failAbove(0.25),
    InputError,
    'a.jsonl: 3 of 6 rows were dropped, at most 25 % may be; most often (2) for "b", e.g. line 5: b in 5',
  );
});

Deno.test("Ledger.failAbove() throws when nothing was used, whatever the fraction", () => {
  assertThrows(
    () => ledgerOf(0, "a").failAbove(1),
    InputError,
    "a.jsonl: none of 1 rows can be used",
  );
});
