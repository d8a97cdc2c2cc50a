/** @file Where rows come from: local files, the Hugging Face Hub, an array. */
export { arraySource } from "./array_source.ts";
export { fileSource } from "./file_source.ts";
export { type HubDataset, hubName, parseHub } from "./hub_dataset.ts";
export { type HubOptions } from "../../hub/hub_files.ts";
export { hubSource, pinHub } from "./hub_source.ts";
export { openSource, pinSource, type SourceDeclaration } from "./open_source.ts";
export type { ParquetRow } from "./parquet_decoder.ts";
export { type ParquetOptions, readParquet } from "./read_parquet.ts";
export type { RowSource, SourceRow } from "./row_source.ts";
