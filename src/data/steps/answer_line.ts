/** @file The line that ends a GSM8K solution and gives its answer. */

/** A solution's lines without blank ones, and the answer that its last line gives. */
export interface AnsweredLines {
  /** The lines before the answer, trimmed, none blank. */
  readonly lines: readonly string[];
  /** The answer, trimmed; null where the last line does not give one. */
  readonly answer: string | null;
}

const MARK = "####";

/**
 * Splits off a last line of the form `#### answer` (GSM8K, arXiv 2110.14168).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitAnswerLine("2/2 = 1\n2+1 = 3\n#### 3"), { lines: ["2/2 = 1", "2+1 = 3"], answer: "3" });
 * assertEquals(splitAnswerLine("2/2 = 1").answer, null);
 * ```
 */
export function splitAnswerLine(solution: string): AnsweredLines {
  const lines = solution.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last = lines.at(-1) ?? "";
  const answer = last.startsWith(MARK) ? last.slice(MARK.length).trim() : "";
  return answer === "" ? { lines, answer: null } : { lines: lines.slice(0, -1), answer };
}
