/** @file The rows of outcome.ts as JSON Lines: checked on the way in, the same bytes for the same rows on the way out. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import type { CellMetric, MetricRow, Outcome, RolloutRow } from "./outcome.ts";

/** One kind of row. */
export interface RowKind<Row> {
  /** What a row is called in an error. */
  readonly name: string;
  /** Checks a value and puts its keys into the order in which they are written, or says what is wrong with it. */
  readonly check: (value: unknown) => { readonly row: Row } | { readonly problem: string };
}

/** A kind of row from its schema, of which the first complaint is told. */
function kind<Row>(name: string, schema: z.ZodType<Row>): RowKind<Row> {
  return {
    name,
    check: (value) => {
      const { success, data, error } = schema.safeParse(value);
      if (success) return { row: data };
      const [issue] = error.issues;
      const field = issue?.path.map(String).join(".");
      return { problem: `${field ? `${field}: ` : ""}${issue?.message ?? "not a row"}` };
    },
  };
}

const count = z.int().min(0);

const metricRow: z.ZodType<MetricRow> = z.object({ step: count }).catchall(z.number().nullable())
  .transform(({ step, ...metrics }) => {
    const names = Object.keys(metrics).sort();
    return { step, ...Object.fromEntries(names.map((name) => [name, metrics[name] ?? null])) };
  });

/** Lines of `outcomes.jsonl`. */
export const OUTCOMES: RowKind<Outcome> = kind(
  "outcome",
  z.strictObject({
    arm: z.string(),
    size: z.string(),
    seed: z.int(),
    benchmark: z.string(),
    decoding: z.enum(["greedy", "sampled"]),
    problem: z.string(),
    sample: count,
    correct: z.boolean().nullable(),
    unverified: z.string().exactOptional(),
    extracted: z.string().nullable(),
    expected: z.string(),
    completion: z.string(),
    tokens: count,
    truncated: z.boolean(),
  }).refine(({ correct, unverified }) => (correct === null) === (unverified !== undefined), {
    path: ["unverified"],
    error: "expected a reason where correct is null, and none elsewhere",
  }),
);

/** Lines of a stage's `metrics.jsonl`. */
export const METRICS: RowKind<MetricRow> = kind("metric row", metricRow);

/** Lines of an experiment's `metrics.jsonl`: every stage's rows with the cell they belong to. */
export const CELL_METRICS: RowKind<CellMetric> = kind(
  "metric row",
  z.strictObject({
    arm: z.string(),
    size: z.string(),
    seed: z.int(),
    stage: z.string(),
    position: count,
    row: metricRow,
  }),
);

/** Lines of a stage's `rollouts.jsonl`. */
export const ROLLOUTS: RowKind<RolloutRow> = kind(
  "rollout",
  z.strictObject({
    step: count,
    group: count,
    rollout: count,
    instance: z.string(),
    prompt: z.string(),
    target: z.string(),
    completion: z.string(),
    think: z.string().nullable(),
    action: z.string().nullable(),
    formatError: z.string().nullable(),
    reward: z.number().nullable(),
    rewardError: z.string().nullable(),
    parts: z.record(z.string(), z.number()),
    advantage: z.number().nullable(),
    tokens: count,
  }),
);

/**
 * Rows as JSON Lines. Keys are written in the order of their declaration, a metric row's in alphabetical order after
 * `step`, so that equal rows are equal bytes whoever made them.
 *
 * @throws {InputError} for a row that `parseRows` would refuse, among them NaN and infinities, which JSON cannot hold.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatRows(METRICS, [{ reward: 0.5, loss: null, step: 1 }]), '{"step":1,"loss":null,"reward":0.5}\n');
 * ```
 */
export function formatRows<Row>(kind: RowKind<Row>, rows: readonly Row[]): string {
  return rows.map((row, index) => {
    return JSON.stringify(checked(kind, row, `${kind.name} ${index}`)) + "\n";
  }).join("");
}

/**
 * Rows from JSON Lines. Every line is a row: an empty or cut one is an error, never skipped.
 *
 * @param file The text's name in errors.
 * @throws {InputError} naming file, line, field, what was found and what was expected.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseRows(METRICS, '{"step":1}\n', "metrics.jsonl"), [{ step: 1 }]);
 * assertThrows(() => parseRows(METRICS, '{"step":-1}\n', "m.jsonl"), Error, "m.jsonl:1: step");
 * ```
 */
export function parseRows<Row>(kind: RowKind<Row>, text: string, file: string): Row[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, index) => {
    const place = `${file}:${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new InputError(`${place}: not JSON (${(error as Error).message})`);
    }
    return checked(kind, value, place);
  });
}

/**
 * Reads a file of rows.
 *
 * @throws {InputError} where the file cannot be read, or as `parseRows` does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, formatRows(METRICS, [{ step: 3 }]));
 * assertEquals(await readRows(METRICS, path), [{ step: 3 }]);
 * ```
 */
export async function readRows<Row>(kind: RowKind<Row>, path: string): Promise<Row[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${(error as Error).message})`);
  }
  return parseRows(kind, text, path);
}

function checked<Row>(kind: RowKind<Row>, value: unknown, place: string): Row {
  const result = kind.check(value);
  if ("row" in result) return result.row;
  throw new InputError(`${place}: ${result.problem}`);
}
