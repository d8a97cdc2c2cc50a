import { assert, assertEquals } from "@std/assert";
import { alignColumns, cut } from "../../src/runs/align_columns.ts";
import { displayWidth } from "../../src/results/glyphs.ts";

Deno.test("alignColumns() cuts the widest columns of a table that is too wide, and no other", () => {
  const row = ["0123456789abcdef", "x".repeat(70), "y".repeat(50), "about 5 s"];
  const [line] = alignColumns([row]);
  assertEquals(displayWidth(line!), 100);
  assert(line!.startsWith("  0123456789abcdef  x"));
  assert(line!.endsWith("y  about 5 s"));
});

Deno.test("alignColumns() keeps both ends of what it cuts: names differ at either", () => {
  const row = (
    seed: number,
  ) => ["to run", `evaluate ${"a long name ".repeat(9)}, 1m, seed ${seed}`];
  const [one, two] = alignColumns([row(1), row(2)]);
  assertEquals(one!.slice(0, 32), "  to run  evaluate a long name a");
  assertEquals([one!.slice(-15), two!.slice(-15)], ["me , 1m, seed 1", "me , 1m, seed 2"]);
});

Deno.test("alignColumns() leaves a table that fits as it is, and ends no line with spaces", () => {
  assertEquals(alignColumns([["a", "漢字", ""], ["bbb", "c", "d"], []]), [
    "  a    漢字",
    "  bbb  c     d",
    "",
  ]);
});

Deno.test("alignColumns() ends for many columns that cannot fit, and keeps text on its line", () => {
  const many = Array.from({ length: 60 }, () => "0123456789");
  const [wide, hostile] = alignColumns([many, ["\x1b[2J\n", "b"]]);
  assertEquals(wide!.slice(0, 20), "  0123…789  0123…789");
  assertEquals([...hostile!].every((char) => char >= " "), true, hostile);
});

Deno.test("cut() never exceeds its columns, wide letters or not", () => {
  for (let columns = 1; columns < 12; columns++) {
    assert(displayWidth(cut("漢字 and more", columns)) <= columns, String(columns));
  }
});
