/** @file Where declared rows are, apart from what else is said of them. */
import { createHash } from "node:crypto";
import type { SourceDeclaration } from "../data/sources/open_source.ts";
import { hubName } from "../data/sources/hub_dataset.ts";
import { canonical } from "./canonical.ts";
import type { ResolvedSource } from "./data.ts";

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
  if (declared.domain === "rows") {
    return `rows ${
      createHash("sha256").update(canonical(declared.rows)).digest("hex").slice(0, 16)
    }`;
  }
  return [hubName(declared), ...declared.files ?? []].join(" ");
}
