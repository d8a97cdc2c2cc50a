/** @file The Parquet fixtures that pyarrow and the Hub's own library wrote; `tests/golden/make_parquet.py` makes them. */

/** Path of a fixture, e.g. `hub`. */
export function parquetPath(name: string): string {
  return new URL(`../../golden/parquet/${name}.parquet`, import.meta.url).pathname;
}

/** The rows of the fixtures `hub`, `snappy`, `zstd`, `gzip`, `brotli`, `lz4`, `plain` and `delta`, as pyarrow reads them. */
export const PARQUET_ROWS: readonly Record<string, unknown>[] = JSON.parse(
  await Deno.readTextFile(new URL("../../golden/parquet/rows.json", import.meta.url)),
);
