/** @file Outcomes and metrics as Parquet, one value a cell, for pandas, DuckDB and whatever else reads it. */
import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { CellMetric, Outcome } from "../outcome.ts";
import { SCHEMA_VERSION } from "./schema.ts";

/** A column: its name, Parquet type, and value in a row. */
type Column<Row> = readonly [name: string, type: BasicType, of: (row: Row) => unknown];

/** One metric of one step. */
interface MetricValue extends Omit<CellMetric, "row"> {
  readonly step: number;
  readonly metric: string;
  readonly value: number | null;
}

const OUTCOME: readonly Column<Outcome>[] = [
  ["arm", "STRING", ({ arm }) => arm],
  ["size", "STRING", ({ size }) => size],
  ["seed", "INT64", ({ seed }) => BigInt(seed)],
  ["benchmark", "STRING", ({ benchmark }) => benchmark],
  ["decoding", "STRING", ({ decoding }) => decoding],
  ["problem", "STRING", ({ problem }) => problem],
  ["sample", "INT64", ({ sample }) => BigInt(sample)],
  ["correct", "BOOLEAN", ({ correct }) => correct],
  ["unverified", "STRING", ({ unverified }) => unverified ?? null],
  ["extracted", "STRING", ({ extracted }) => extracted],
  ["expected", "STRING", ({ expected }) => expected],
  ["completion", "STRING", ({ completion }) => completion],
  ["tokens", "INT64", ({ tokens }) => BigInt(tokens)],
  ["truncated", "BOOLEAN", ({ truncated }) => truncated],
];

const METRIC: readonly Column<MetricValue>[] = [
  ["arm", "STRING", ({ arm }) => arm],
  ["size", "STRING", ({ size }) => size],
  ["seed", "INT64", ({ seed }) => BigInt(seed)],
  ["stage", "STRING", ({ stage }) => stage],
  ["position", "INT64", ({ position }) => BigInt(position)],
  ["step", "INT64", ({ step }) => BigInt(step)],
  ["metric", "STRING", ({ metric }) => metric],
  ["value", "DOUBLE", ({ value }) => value],
];

/** Columns without a value in some row. */
const NULLABLE: ReadonlySet<string> = new Set(["correct", "unverified", "extracted", "value"]);

/**
 * Outcomes as Parquet: the columns of {@link Outcome}, a row each. The schema's version is in the file's metadata as
 * `stepwise.schema`. Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD; the JSON lines keep it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TextDecoder().decode(outcomesParquet([]).subarray(0, 4)), "PAR1");
 * ```
 */
export function outcomesParquet(outcomes: readonly Outcome[]): Uint8Array {
  return write(outcomes, OUTCOME);
}

/**
 * Stage metrics as Parquet in long form: `arm, size, seed, stage, position, step, metric, value`, a row for each metric of
 * each step; `value` is null where the metric is not defined there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new TextDecoder().decode(metricsParquet([]).subarray(0, 4)), "PAR1");
 * ```
 */
export function metricsParquet(metrics: readonly CellMetric[]): Uint8Array {
  const values = metrics.flatMap(({ row: { step, ...rest }, ...cell }) =>
    Object.entries(rest).map(([metric, value]): MetricValue => ({ ...cell, step, metric, value }))
  );
  return write(values, METRIC);
}

function write<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({
    createdBy: "stepwise",
    kvMetadata: [{ key: "stepwise.schema", value: String(SCHEMA_VERSION) }],
    columnData: columns.map(([name, type, of]) => ({
      name,
      type,
      nullable: NULLABLE.has(name),
      data: rows.map(of),
    })),
  }));
}
