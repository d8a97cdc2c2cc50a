/** @file The line of a cell that an error came from. */
import { SourceMap, stripTypeScriptTypes } from "node:module";
import type { ErrorOutput } from "./outputs.ts";

/** What the kernel puts before a cell's code, on its first line. */
const PREFIX = '"use strict"; void 0;'.length;

/**
 * The line of a cell, from 1, that was running when an error was thrown; null where the stack names none. The kernel runs what
 * is left of a cell without its types, printed anew, and its stacks count the lines of that; here the same is made once more,
 * with a map.
 *
 * @param code The cell.
 * @param error What it threw; of a cell that is not TypeScript the kernel says nothing: null.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const code = "type Row = {\n  id: number;\n};\n\nnull!.x;";
 * const error = { output_type: "error", ename: "TypeError", evalue: "", traceback: ["    at <anonymous>:1:6"] } as const;
 * assertEquals(cellLine(code, error), 5);
 * ```
 */
export function cellLine(
  code: string,
  error: Pick<ErrorOutput, "traceback"> | null,
): number | null {
  let printed: string;
  try {
    printed = stripTypeScriptTypes(code + useOfImports(code), {
      mode: "transform",
      sourceMap: true,
    });
  } catch (fault) {
    const at = /\.ts:(\d+):\d+\s*$/.exec((fault as Error).message);
    return at === null ? null : Number(at[1]);
  }
  // The outermost: what is called may have been declared in an earlier cell, which the kernel calls the same.
  const frame = error?.traceback.findLast((line) => /^ +at .*<anonymous>:\d+:\d+\)?$/.test(line));
  const [, line, column] = /<anonymous>:(\d+):(\d+)\)?$/.exec(frame ?? "")?.map(Number) ?? [];
  if (line === undefined || column === undefined) return null;
  const mark = "base64,";
  const encoded = printed.slice(printed.lastIndexOf(mark) + mark.length);
  const bytes = Uint8Array.fromBase64(encoded.trim());
  const map = new SourceMap(JSON.parse(new TextDecoder().decode(bytes)));
  const entry = map.findEntry(line - 1, Math.max(0, column - 1 - (line === 1 ? PREFIX : 0)));
  return "originalLine" in entry ? entry.originalLine + 1 : null;
}

/**
 * A last statement that uses what a cell imports: the kernel keeps imports that nothing in the cell uses, and the printer
 * leaves them out.
 */
function useOfImports(code: string): string {
  const clauses = code.matchAll(/^[ \t]*import\b(?! *type\b)([^"';(]*)from\b/gm);
  const names = [...clauses].flatMap(([, clause = ""]) =>
    clause.split(/[{},]/).flatMap((part) => {
      const words = part.trim().split(/\s+/);
      return words[0] === "type" || words.at(-1) === "" ? [] : [words.at(-1)!];
    })
  );
  return names.length === 0 ? "" : `\n;void [${names.join(", ")}];`;
}
