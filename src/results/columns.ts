/** @file A table's columns: one benchmark under one metric, written `hard avg@8`. */
import { InputError } from "../errors.ts";

/** How the completions of a problem become its score. */
export type Metric = "greedy" | `avg@${number}` | `pass@${number}`;

/** One column of a table. */
export interface Column {
  /** Benchmark, e.g. `hard`. */
  readonly benchmark: string;
  /** `greedy`, `avg@k` or `pass@k`. */
  readonly metric: Metric;
  /** Samples per problem that the metric speaks of; 1 for `greedy`. */
  readonly k: number;
  /** The column's heading: `<benchmark> <metric>`. */
  readonly label: string;
}

/**
 * Reads a column's heading: a benchmark's name, a space, and `greedy`, `avg@k` or `pass@k` (k from 1).
 *
 * @throws {InputError} where the heading is anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const column = parseColumn("hard avg@8");
 * assertEquals(column, { benchmark: "hard", metric: "avg@8", k: 8, label: "hard avg@8" });
 * ```
 */
export function parseColumn(label: string): Column {
  const found = /^(\S.*) (greedy|(?:avg|pass)@([1-9]\d{0,5}))$/s.exec(label);
  const [, benchmark, metric, k] = found ?? [];
  if (benchmark === undefined || metric === undefined) {
    const expected = "a benchmark and greedy, avg@k or pass@k, e.g. `hard avg@8`";
    throw new InputError(`columns: found ${JSON.stringify(label)}, expected ${expected}`);
  }
  return { benchmark, metric: metric as Metric, k: k === undefined ? 1 : Number(k), label };
}
