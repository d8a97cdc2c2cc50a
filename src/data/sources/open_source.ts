/** @file From a declaration to a source of rows. */
import { arraySource } from "./array_source.ts";
import { fileSource } from "./file_source.ts";
import type { HubDataset } from "./hub_dataset.ts";
import { hubSource, pinHub } from "./hub_source.ts";
import type { RowSource } from "./row_source.ts";

/** Where rows are: in a local file, in a dataset on the Hub, or here. */
export type SourceDeclaration =
  | {
    /** JSON Lines, or Parquet where the name ends in `.parquet`; relative to the working directory. */
    readonly file: string;
  }
  | HubDataset
  | {
    /** The rows themselves. */
    readonly rows: readonly unknown[];
  };

/**
 * The declaration whose meaning cannot change any more: a Hub dataset's branch or tag is replaced by the commit that it
 * stands for now. Files and rows are what they are; their content is hashed.
 *
 * @param field Path of the declaration, to begin an error with.
 * @throws {InputError} where the Hub cannot say.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await pinSource({ file: "solutions.jsonl" }, "data"), { file: "solutions.jsonl" });
 * ```
 */
export async function pinSource<T extends SourceDeclaration>(
  declaration: T,
  field: string,
): Promise<T> {
  if (!("hub" in declaration)) return declaration;
  const { revision } = await pinHub(declaration, field);
  return { ...declaration, revision };
}

/**
 * Opens what is declared. Nothing is read or downloaded before the first row is asked for; of a Hub dataset, the revision is
 * resolved.
 *
 * @param field Path of the declaration, to begin an error with.
 * @throws {InputError} for an array without rows, and where the Hub cannot say what a revision is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const source = await openSource({ rows: [{ question: "1+1?" }] }, "data");
 * assertEquals((await Array.fromAsync(source.rows())).length, 1);
 * ```
 */
export async function openSource(
  declaration: SourceDeclaration,
  field: string = "data",
): Promise<RowSource> {
  if ("rows" in declaration) return arraySource(declaration.rows, field);
  if ("file" in declaration) return fileSource(declaration.file, field);
  return hubSource(await pinHub(declaration, field), field);
}
