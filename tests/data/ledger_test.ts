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
    () => ledgerOf(3, "a", "b", "b").failAbove(0.25, "data.maxDropped"),
    InputError,
    "a.jsonl: 3 of 6 rows were dropped, at most 25 % may be (data.maxDropped); " +
      '2 for "b", e.g. row 5: b in 5; 1 for "a", e.g. row 4: a in 4',
  );
});

Deno.test("Ledger.failAbove() names the three commonest reasons and no more", () => {
  const error = assertThrows(
    () => ledgerOf(1, "a", "b", "c", "c", "d", "d", "b").failAbove(0.1),
    InputError,
  );
  assertEquals(error.message.match(/for "\w"/g), ['for "b"', 'for "c"', 'for "d"']);
});

Deno.test("Ledger.failAbove() throws when nothing was used, whatever the fraction", () => {
  assertThrows(
    () => ledgerOf(0, "a").failAbove(1),
    InputError,
    "a.jsonl: none of 1 rows can be used",
  );
});

Deno.test("Ledger keeps prompts apart from rows", () => {
  const ledger = ledgerOf(2);
  ledger.prompts.use(1);
  for (const id of ["p1#2", "p2#1", "p2#2"]) {
    ledger.prompts.drop({ id, reason: "prompt-too-long", detail: `${id} is long` });
  }
  const { total, used } = ledger.prompts;
  assertEquals([ledger.rows, ledger.used, total, used], [2, 2, 4, 1]);
  // Whether too many prompts are too long is asked before a stage counts them here.
  ledger.failAbove(0);
});

Deno.test("Ledger.summary() says in one line what is used, rewritten and dropped", () => {
  assertEquals(ledgerOf(2).summary(), "a.jsonl: 2 of 2 rows used");
  const ledger = ledgerOf(1, "a", "b", "b");
  ledger.use({ rewritten: true });
  ledger.prompts.use(7);
  assertEquals(
    ledger.summary(),
    "a.jsonl: 2 of 5 rows used, 3 dropped (b 2, a 1); 1 rewritten by the teacher; " +
      "7 of 7 prompts used",
  );
});

Deno.test("Ledger as JSON adds up, and has each dropped row", () => {
  const ledger = ledgerOf(2, "a", "b", "a");
  assertEquals(JSON.parse(JSON.stringify(ledger)), {
    source: "a.jsonl",
    rows: {
      total: 5,
      used: 2,
      rewritten: 0,
      reasons: { a: 2, b: 1 },
      dropped: [drop(3, "a"), drop(4, "b"), drop(5, "a")],
    },
    prompts: null,
  });
  const counted = ledgerOf(2);
  counted.prompts.use(3);
  counted.prompts.drop({ id: "p1#1", reason: "prompt-too-long", detail: "long" });
  const { prompts } = counted.toJSON();
  assertEquals([prompts?.total, prompts?.used, prompts?.reasons], [4, 3, {
    "prompt-too-long": 1,
  }]);
});
