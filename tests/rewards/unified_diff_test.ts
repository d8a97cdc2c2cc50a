import { assertEquals } from "@std/assert";
import { parseUnifiedDiff } from "../../src/rewards/unified_diff.ts";

const lines = (...rows: string[]) => rows.join("\n");

Deno.test("parseUnifiedDiff() reads several files and hunks, and git's lines between them", () => {
  const diff = lines(
    "Some prose.",
    "diff --git a/x b/x",
    "index 1..2 100644",
    "--- a/x",
    "+++ b/x",
    "@@ -1,2 +1 @@ def f():",
    " a",
    "-b",
    "@@ -9,0 +8,2 @@",
    "+--- c",
    "++++ d",
    "--- y\t2026-01-01",
    "+++ /dev/null",
    "@@ -1 +0,0 @@",
    "-gone",
    "\\ No newline at end of file",
  );
  assertEquals(parseUnifiedDiff(diff), [
    { path: "x", lines: [" a", "-b", "+--- c", "++++ d"] },
    { path: "y", lines: ["-gone"] },
  ]);
});

Deno.test("parseUnifiedDiff() takes an empty line for an unchanged one, also where the end was trimmed", () => {
  const diff = lines("--- a/x", "+++ b/x", "@@ -1,3 +1,3 @@", "", "-a", "+b", "");
  const expected = [{ path: "x", lines: [" ", "-a", "+b", " "] }];
  assertEquals(parseUnifiedDiff(diff), expected);
  assertEquals(parseUnifiedDiff(diff.trim()), expected);
});

Deno.test("parseUnifiedDiff() refuses what patch refuses", () => {
  const head = lines("--- a/x", "+++ b/x");
  for (
    const diff of [
      "",
      head,
      lines(head, "@@ -1 +1 @@"),
      lines(head, "@@ -1,2 +1,2 @@", " a", "-b"),
      lines(head, "@@ -1,9 +1,9 @@", " a"),
      lines(head, "@@ -1 +1 @@", "no mark"),
      lines(head, "@@ -1 +1 @@", "+a", "+b"),
      lines("--- /dev/null", "+++ /dev/null", "@@ -1 +1 @@", "-a", "+b"),
      lines("@@ -1 +1 @@", "-a", "+b"),
    ]
  ) assertEquals(parseUnifiedDiff(diff), null, diff);
});
