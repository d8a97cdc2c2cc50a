/** @file Stored results: read again, and moved between machines. */
export { type Bundle, packBundle, unpackBundle } from "./bundle.ts";
export { exportResults, type Imported, importResults } from "./move_results.ts";
export { metricsParquet, outcomesParquet } from "./parquet.ts";
export { readResults, type StoredResults } from "./read_results.ts";
export { SCHEMA_VERSION } from "./schema.ts";
