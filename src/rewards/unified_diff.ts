/** @file Reading unified diffs. */

/** What a diff does to one file. */
export interface FileChange {
  /** The file, without the `a/` and `b/` that git puts before it; the old name where it is deleted. */
  readonly path: string;
  /** The lines of all hunks in order, each with its mark (space, `+` or `-`). */
  readonly lines: readonly string[];
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Empty unchanged lines that the end of a patch may lack: as many as `diff` puts behind a change. They went with the white space. */
const MAX_TRIMMED = 3;

/**
 * The changes of a unified diff, as `git diff` and `diff -u` write it: for each file a pair of lines `---` and `+++`, and hunks of
 * exactly as many lines as their heads announce. Lines before the first file, and git's own between files, are passed
 * over. Null where it is malformed, which is what `patch` and `git apply` refuse: no file, a file without hunks, a hunk that
 * is too short or has a line without a mark. One pass.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const diff = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n a = 1\n-b = 2\n+b = 3\n";
 * assertEquals(parseUnifiedDiff(diff), [{ path: "x.py", lines: [" a = 1", "-b = 2", "+b = 3"] }]);
 * assertEquals(parseUnifiedDiff("b = 3"), null);
 * ```
 */
export function parseUnifiedDiff(text: string): FileChange[] | null {
  const rows = text.split("\n");
  const changes: { path: string; lines: string[] }[] = [];
  for (let at = 0; at < rows.length;) {
    const [old, made] = [rows[at]!, rows[at + 1]];
    if (old.startsWith("--- ") && made?.startsWith("+++ ")) {
      const path = pathOf(made) ?? pathOf(old);
      if (path === null) return null;
      const lines: string[] = [];
      at += 2;
      for (let hunk = HUNK.exec(rows[at] ?? ""); hunk !== null; hunk = HUNK.exec(rows[at] ?? "")) {
        const end = readHunk(rows, at + 1, Number(hunk[1] ?? 1), Number(hunk[2] ?? 1), lines);
        if (end === null) return null;
        at = end;
      }
      if (lines.length === 0) return null;
      changes.push({ path, lines });
    } else if (old.startsWith("@@ ")) return null;
    else at++;
  }
  return changes.length > 0 ? changes : null;
}

/** Appends a hunk's lines to `lines`; where it ends, or null where it is malformed. */
function readHunk(
  rows: readonly string[],
  at: number,
  old: number,
  made: number,
  lines: string[],
): number | null {
  for (const start = at; old > 0 || made > 0;) {
    const blank = at > start && old === made && old <= MAX_TRIMMED ? "" : undefined;
    const row = rows[at++] ?? blank;
    if (row === undefined) return null;
    // Editors strip the space of an empty line that is not changed; git reads it all the same.
    const mark = row === "" || row === "\r" ? " " : row[0];
    if (mark === "\\") continue;
    if (mark !== "+") old--;
    if (mark !== "-") made--;
    if (old < 0 || made < 0 || (mark !== " " && mark !== "+" && mark !== "-")) return null;
    lines.push(row === "" ? " " : row);
  }
  // "\ No newline at end of file" may follow the last line.
  return rows[at]?.startsWith("\\") ? at + 1 : at;
}

/** The path in a line `--- a/x` or `+++ b/x`, without what stands behind a tab; null for /dev/null. */
function pathOf(line: string): string | null {
  const path = line.slice(4).split("\t")[0]!.trim();
  if (path === "/dev/null" || path === "") return null;
  return /^[ab]\//.test(path) ? path.slice(2) : path;
}
