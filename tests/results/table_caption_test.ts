import { assertEquals, assertStringIncludes } from "@std/assert";
import { intervalNote, tableCaption, taint } from "../../src/results/table_caption.ts";
import type { Mark } from "../../src/results/marks.ts";
import { cell, tableOf } from "./fixtures.ts";

const labels = ["hard greedy", "hard avg@8"];

Deno.test("tableCaption() names seeds, problems, samples and the interval", () => {
  const table = tableOf(["srl"], labels, labels.map((label) => cell("srl", label)));
  const text = tableCaption(table, false).join(" ");
  assertStringIncludes(text, "Seeds: 0, 1, 2.");
  assertStringIncludes(text, "±: 95 % Student-t interval over seeds");
  assertStringIncludes(text, "hard: 100 problems, one greedy completion and 8 samples each.");
  assertStringIncludes(text, "Made from commit 0123abc.");
  assertEquals(text.includes("Wilson"), false);
  assertEquals(text.includes("TAINTED"), false);
});

Deno.test("tableCaption() says that an interval over problems says nothing about seeds", () => {
  const table = tableOf(["base"], labels, [
    cell("base", "hard greedy", { seeds: [0], over: "problems" }),
  ]);
  const text = tableCaption(table, false).join(" ");
  assertStringIncludes(text, "Wilson interval over problems");
  assertStringIncludes(text, "nothing about other seeds");
  assertEquals(text.includes("Student"), false);
});

Deno.test("tableCaption() names the arms that have fewer seeds", () => {
  const cells = [cell("base", "hard greedy", { seeds: [0] }), cell("srl", "hard greedy")];
  assertStringIncludes(
    tableCaption(tableOf(["base", "srl"], labels, cells), false).join(" "),
    "Seeds: 0, 1, 2 (base: 0).",
  );
});

Deno.test("tableCaption() explains bold and underlined only where they occur", () => {
  const lines = (marks: readonly Mark[], rendered: boolean) =>
    tableCaption(
      tableOf(["srl", "sft"], labels, marks.map((mark) => cell("srl", "hard greedy", { mark })), {
        tests: 6,
      }),
      rendered,
    ).join(" ");
  assertStringIncludes(
    lines(["best", null], true),
    "Bold: ahead of every other arm (paired permutation test and bootstrap",
  );
  assertStringIncludes(lines(["best"], true), "6 tests, Holm-corrected, p < 0.05");
  assertStringIncludes(lines(["best", "second"], true), "underlined: second");
  assertStringIncludes(lines([null], true), "Nothing is marked");
  assertEquals(/Bold|marked/.test(lines(["best"], false)), false);
});

Deno.test("taint() speaks up for a dirty tree and for an unknown one", () => {
  assertEquals(taint({ dirty: false, commit: "0123abc" }), null);
  assertStringIncludes(
    taint({ dirty: true, commit: "0123abc" })!,
    "0123abc with uncommitted changes",
  );
  assertStringIncludes(taint({ dirty: null, commit: "0123abc" })!, "TAINTED");
  assertStringIncludes(
    taint({ dirty: true, commit: "0123456789abcdef" })!,
    "commit 0123456789ab with",
  );
  assertStringIncludes(taint({ dirty: null, commit: null })!, "unknown commit");
});

Deno.test("taint() names every commit, and all that was not the same for all cells", () => {
  const commit = "0123456789abcdef, fedcba9876543210";
  assertEquals(
    taint({ dirty: false, commit, mixed: ["commits a and b", "processors A and B"] }),
    "MIXED: the cells were made with different commits a and b; different processors A and B.",
  );
  assertStringIncludes(
    taint({ dirty: true, commit, mixed: ["commits a and b"] })!,
    "commit 0123456789ab, fedcba987654 with uncommitted changes. MIXED: ",
  );
});

Deno.test("intervalNote() counts seeds and names the kinds that occur", () => {
  const cells = [cell("srl", "hard greedy"), cell("rlvr", "hard greedy", { seeds: [0, 1] })];
  assertEquals(intervalNote(cells), "95 % intervals: over 2 or 3 seeds (Student t).");
  assertStringIncludes(
    intervalNote([...cells, cell("base", "hard greedy", { over: "problems" })]),
    "over problems (dashed)",
  );
  assertStringIncludes(
    intervalNote([cell("base", "hard greedy", { over: "problems" })], false),
    "over problems.",
  );
  assertStringIncludes(
    intervalNote([cell("base", "hard greedy", { over: "seeds and problems" })]),
    "over seeds and problems (bootstrap)",
  );
});

Deno.test("tableCaption() names the hierarchical bootstrap where intervals are its", () => {
  const cells = [cell("srl", "hard greedy", { over: "seeds and problems" })];
  const table = tableOf(["srl"], labels, cells, { interval: "seeds and problems" });
  const text = tableCaption(table, false).join(" ");
  assertStringIncludes(text, "hierarchical bootstrap interval over seeds, problems and samples");
  assertEquals(text.includes("Student"), false);
});

Deno.test("tableCaption() passes notes on, before the source", () => {
  const table = { ...tableOf(["srl"], labels, [cell("srl", "hard greedy")]), notes: ["Beware."] };
  assertEquals(tableCaption(table, false).at(-2), "Beware.");
});
