/** @file The published rows in the form in which a table of results takes them. */
import { InputError } from "../errors.ts";
import { nearest } from "../experiment/nearest.ts";
import type { PublishedRows } from "../results/table_layout.ts";
import { PUBLISHED, PUBLISHED_COLUMNS, PUBLISHED_SAMPLES, PUBLISHED_SOURCE } from "./published.ts";

/**
 * The published rows of one base model, by the headings that a table of one's own has for these columns: `amc23 avg@32`,
 * `amc23 greedy`, …
 *
 * @param base e.g. `Qwen2.5-7B-Instruct`.
 * @throws {InputError} for a base without published rows, with the nearest that has.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { rows } = publishedRows("Qwen2.5-7B-Instruct");
 * assertEquals(rows.find(({ name }) => name === "SRL")?.scores["amc23 avg@32"], 51.5);
 * ```
 */
export function publishedRows(base: string): PublishedRows {
  const found = PUBLISHED.find((table) => table.base === base);
  if (found === undefined) {
    const bases = PUBLISHED.map((table) => table.base);
    const near = nearest(base, bases);
    const advice = near === undefined
      ? `expected ${bases.join(" or ")}`
      : `did you mean "${near}"?`;
    throw new InputError(`published rows: found ${JSON.stringify(base)}, ${advice}`);
  }
  const labels = PUBLISHED_COLUMNS.map(({ benchmark, decoding }) =>
    `${benchmark} ${decoding === "greedy" ? "greedy" : `avg@${PUBLISHED_SAMPLES}`}`
  );
  return {
    source: `${PUBLISHED_SOURCE}, ${base}`,
    rows: found.rows.map(({ name, scores, average }) => ({
      name,
      scores: Object.fromEntries(labels.map((label, i) => [label, scores[i]!])),
      average,
    })),
  };
}
