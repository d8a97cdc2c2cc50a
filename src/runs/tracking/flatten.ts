/** @file A nested config as names with dots. */

/**
 * Every leaf of a JSON value by its path; empty objects and lists are leaves too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flatten({ stage: { kind: "sft", learningRate: [1e-4, 1e-3] }, contents: {} }), {
 *   "stage.kind": "sft",
 *   "stage.learningRate.0": "0.0001",
 *   "stage.learningRate.1": "0.001",
 *   contents: "{}",
 * });
 * ```
 */
export function flatten(value: unknown, path = ""): Record<string, string> {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) {
    return { [path]: typeof value === "string" ? value : String(JSON.stringify(value)) };
  }
  return Object.assign(
    {},
    ...entries.map(([key, item]) => flatten(item, path === "" ? key : `${path}.${key}`)),
  );
}
