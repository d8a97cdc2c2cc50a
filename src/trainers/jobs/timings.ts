/** @file How long the updates of a job took. */
import type { RowKind } from "../../results/jsonl_rows.ts";

/** One line of a job's `timings.jsonl`. */
export interface TimingRow {
  /** Updates made before. */
  readonly step: number;
  /** Milliseconds that the batch took: sampling, scoring and its updates. */
  readonly ms: number;
}

/** Lines of `timings.jsonl`. */
export const TIMINGS: RowKind<TimingRow> = {
  name: "timing",
  check: (value) => {
    const { step, ms } = (value ?? {}) as Record<string, unknown>;
    return typeof step === "number" && typeof ms === "number"
      ? { row: { step, ms } }
      : { problem: "expected the numbers step and ms" };
  },
};
