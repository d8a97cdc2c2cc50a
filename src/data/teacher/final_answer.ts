/** @file Whether two solutions end in the same answer, by their texts. */
import { lastBoxed } from "../answer_extraction.ts";

/** What a final answer is announced with, in lower case. */
const ANNOUNCED = ["####", "answer is", "answer:", "answer =", "answer**:", "answer:**"];

/**
 * The answer that a solution ends in: its last `\boxed{}`, else what its last line with an announcement says (`#### …`,
 * `the answer is …`, `Answer: …`); null where it says none. One pass, whatever the input.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(finalAnswer("So 54 are left.\n#### 54"), "54");
 * assertEquals(finalAnswer("Thus the answer is $x = 2$."), "$x = 2$.");
 * assertEquals(finalAnswer("It is clear."), null);
 * ```
 */
export function finalAnswer(solution: string): string | null {
  const boxed = lastBoxed(solution);
  if (boxed !== null) return boxed;
  for (const line of solution.split("\n").reverse()) {
    const lower = line.toLowerCase();
    // Where a letter's lower case is longer, places differ: such a line has no answer that can be compared.
    if (lower.length !== line.length) continue;
    const ends = ANNOUNCED.flatMap((text) => {
      const at = lower.lastIndexOf(text);
      return at === -1 ? [] : [at + text.length];
    });
    const answer = ends.length === 0 ? "" : line.slice(Math.max(...ends)).trim();
    if (answer !== "") return answer;
  }
  return null;
}

/**
 * Whether two answers are the same text once typography is left out: white space, dollar signs, `\left` and `\right`, LaTeX's
 * thin spaces, `\text{}` around words, thousands separators, and a full stop at the end. Numbers in different spelling
 * (`0.5` and `1/2`) are different.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sameAnswer("$\\dfrac{1}{2}$.", "\\frac12"), false);
 * assertEquals(sameAnswer("$\\dfrac{1}{2}$.", "\\frac{1}{2}"), true);
 * assertEquals(sameAnswer("1,250", "1250"), true);
 * ```
 */
export function sameAnswer(a: string, b: string): boolean {
  return normalise(a) === normalise(b);
}

function normalise(answer: string): string {
  return answer.normalize("NFKC")
    .replace(/\\(?:left|right)(?![A-Za-z])|\\[,;:!() [\]]|[$*\s]/g, "")
    .replace(/\\[dt]frac/g, "\\frac")
    .replace(/\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}/g, "$1")
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, "")
    .replace(/[.,;:]$/, "");
}
