/** @file Whether a Parquet file's description of itself holds together, before anything is decoded by it. */
import type { FileMetaData, SchemaTree } from "hyparquet";

/**
 * Checks that every row group has the schema's columns in the schema's order, each within the file. The decoder takes this
 * for granted, and ends the whole process over a column that it starts to read and has no place for.
 *
 * Throws an error that says what does not fit.
 *
 * @param schema The metadata's schema as a tree.
 * @param size Length of the file in bytes.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { parquetSchema } from "hyparquet";
 *
 * const metadata = {
 *   version: 1,
 *   num_rows: 0n,
 *   metadata_length: 0,
 *   schema: [{ name: "root", num_children: 1 }, { name: "question", type: "BYTE_ARRAY" as const }],
 *   row_groups: [{ columns: [], num_rows: 1n, total_byte_size: 0n }],
 * };
 * assertThrows(
 *   () => checkParquetMetadata(metadata, parquetSchema(metadata), 100),
 *   Error,
 *   "row group 1 has 0 of 1 columns",
 * );
 * ```
 */
export function checkParquetMetadata(
  metadata: FileMetaData,
  schema: SchemaTree,
  size: number,
): void {
  const paths = leafPaths(schema);
  for (const [at, { columns, num_rows }] of metadata.row_groups.entries()) {
    const group = `row group ${at + 1}`;
    if (columns.length !== paths.length) {
      throw new TypeError(`${group} has ${columns.length} of ${paths.length} columns`);
    }
    if (num_rows < 0n || num_rows > Number.MAX_SAFE_INTEGER) {
      throw new TypeError(`${group} has ${num_rows} rows`);
    }
    for (const [column, { meta_data: chunk }] of columns.entries()) {
      const path = JSON.stringify(paths[column]);
      if (chunk === undefined || JSON.stringify(chunk.path_in_schema) !== path) {
        throw new TypeError(`${group}: column ${column + 1} is not the schema's ${path}`);
      }
      const start = chunk.dictionary_page_offset ?? chunk.data_page_offset;
      const end = start + chunk.total_compressed_size;
      if (start < 0n || end < start || end > BigInt(size)) {
        throw new TypeError(`${group}: column ${path} is at bytes ${start} to ${end} of ${size}`);
      }
    }
  }
}

/** The path of every column that holds values, in order. */
function leafPaths({ children, path }: SchemaTree): string[][] {
  return children.length === 0 ? [path] : children.flatMap(leafPaths);
}
