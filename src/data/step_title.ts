/** @file The bold title that a step may begin with. */

/** A step's text in two parts. */
export interface TitledText {
  /** The title, without asterisks and without a colon or full stop at its end. */
  readonly title: string;
  /** What follows the title; empty where nothing does. */
  readonly body: string;
}

/**
 * Splits `**Title** body` (also `**Title:** body` and `**Title**: body`); null where the text does not begin with
 * a bold title on one line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitTitle("**Find x:** It is 2."), { title: "Find x", body: "It is 2." });
 * assertEquals(splitTitle("It is **2**."), null);
 * ```
 */
export function splitTitle(text: string): TitledText | null {
  if (!text.startsWith("**")) return null;
  const end = text.indexOf("**", 2);
  const inside = end === -1 ? "" : text.slice(2, end);
  if (inside.includes("\n")) return null;
  const title = inside.trim().replace(/[:.]$/, "").trimEnd();
  if (title === "") return null;
  const rest = text.slice(end + 2).trimStart();
  return { title, body: rest.replace(/^(?::|\.(?=\s|$))/, "").trim() };
}
