/** @file Where declared rows are, apart from what else is said of them. */
import type { SourceDeclaration } from "../data/sources/open_source.ts";
import { hubName } from "../data/sources/hub_dataset.ts";
import { hashCanonical } from "./hash_canonical.ts";
import type { ResolvedRowsSource, ResolvedSource } from "./data.ts";

/**
 * The source of some data or of a benchmark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sourceOf({ domain: "file", file: "a.jsonl" }), { file: "a.jsonl" });
 * ```
 */
export function sourceOf(declared: ResolvedSource): SourceDeclaration {
  if (declared.domain === "file") return { file: declared.file };
  if (declared.domain === "rows") return { rows: declared.rows };
  const { hub, revision, config, split, files } = declared;
  return { hub, revision, config, split, files };
}

/**
 * What the hash of a source's content is found under in a spec; two sources with the same key are the same.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sourceKey({ domain: "file", file: "a.jsonl" }), "a.jsonl");
 * ```
 */
export function sourceKey(declared: ResolvedSource): string {
  if (declared.domain === "file") return declared.file;
  if (declared.domain === "rows") return rowsKey(declared.rows);
  return [hubName(declared), ...declared.files ?? []].join(" ");
}

/** Keys of rows that were hashed already: a plan asks for each many times, and nobody changes what is declared. */
const rowsKeys = new WeakMap<ResolvedRowsSource["rows"], string>();

function rowsKey(rows: ResolvedRowsSource["rows"]): string {
  const known = rowsKeys.get(rows);
  if (known !== undefined) return known;
  const key = `rows ${hashCanonical(rows).slice(0, 16)}`;
  rowsKeys.set(rows, key);
  return key;
}
