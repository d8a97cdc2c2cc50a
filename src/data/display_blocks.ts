/** @file Telling the lines of code fences and display mathematics from prose. */

/**
 * For each line, whether it continues a block that an earlier line opened: a code fence, `\[…\]`, `$$…$$`, or
 * `\begin{…}…\end{…}`. What looks like a list item there is not one. A block that is never closed does not count,
 * so that one slip does not swallow the rest of a text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(insideBlock(["\\[ x =", "2. 5", "\\]", "so"]), [false, true, true, false]);
 * ```
 */
export function insideBlock(lines: readonly string[]): boolean[] {
  const inside = new Array<boolean>(lines.length).fill(false);
  const fenceEnds = codeFences(lines);
  let open: { closer: string; line: number } | null = null;
  for (let line = 0; line < lines.length; line++) {
    const fenceEnd = open === null ? fenceEnds.get(line) : undefined;
    if (fenceEnd !== undefined) {
      inside.fill(true, line + 1, fenceEnd + 1);
      line = fenceEnd;
      continue;
    }
    // A double backslash first, so that the spacing in `\\[2pt]` does not open a block.
    for (const [token, environment] of lines[line]!.matchAll(TOKEN)) {
      if (open !== null && token === open.closer) {
        inside.fill(true, open.line + 1, line + 1);
        open = null;
      } else if (token === "\\[") {
        // Also within another block: these do not nest, so the earlier one was never closed.
        open = { closer: "\\]", line };
      } else if (open === null && token === "$$") {
        open = { closer: "$$", line };
      } else if (open === null && token.startsWith("\\begin")) {
        open = { closer: `\\end{${environment}}`, line };
      }
    }
  }
  return inside;
}

const TOKEN = /\\\\|\\\[|\\\]|\$\$|\\(?:begin|end)\{([A-Za-z]+\*?)\}/g;

/**
 * Last line by first line of every closed code fence, as CommonMark pairs them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...codeFences(["so:", "~~~bash", "ls", "~~~", "~~~ never closed"])], [[1, 3]]);
 * ```
 */
export function codeFences(lines: readonly string[]): Map<number, number> {
  const ends = new Map<number, number>();
  let open: { mark: string; line: number } | null = null;
  for (let line = 0; line < lines.length; line++) {
    const match = /^\s*(`{3,}|~{3,})(.*)$/.exec(lines[line]!);
    if (match === null) continue;
    const mark = match[1]!;
    const info = match[2]!.trim();
    if (open === null) {
      // A line such as ```x``` is code within a line.
      if (!(mark.startsWith("`") && info.includes("`"))) open = { mark, line };
    } else if (mark.startsWith(open.mark) && info === "") {
      ends.set(open.line, line);
      open = null;
    }
  }
  return ends;
}
