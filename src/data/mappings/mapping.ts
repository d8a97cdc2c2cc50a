/** @file What a mapping is: how a data set's rows say problem, solution and answer. */
import type { StepParserName } from "../steps/parsers.ts";
import type { Solution } from "../steps/parser.ts";
import type { ExpertStep } from "../trajectory.ts";

/** Why a row has no trajectory whatever its steps, by code. */
export const ROW_FAULTS = {
  "empty-problem": "the problem has no text",
  "empty-solution": "the solution has no text",
  "no-task": "no message of the user comes before the agent's first turn",
} as const;

/** A key of {@link ROW_FAULTS}. */
export type RowFault = keyof typeof ROW_FAULTS;

/** What a row cannot do without: a solution to learn from, or only an answer to check by, as in a benchmark. */
export type RowNeed = "solution" | "answer";

/** A row's parts, its solution not yet cut into steps; or why it has none. */
export type MappedRow =
  | {
    /** The row has what it takes. */
    readonly ok: true;
    /** The row's own id; null where it has none. */
    readonly id: string | null;
    /** The problem, trimmed; never empty. */
    readonly problem: string;
    /** What a parser cuts; or the steps, where the row has them already. Empty only where no solution is needed. */
    readonly solution: Solution | { readonly steps: readonly ExpertStep[] };
    /** The final answer; null where the row has no field for it, so that it must be looked for in the solution. */
    readonly answer: string | null;
    /** The full trace of reasoning, where the row has one. */
    readonly reasoning?: string;
  }
  | {
    /** The row is to be dropped. */
    readonly ok: false;
    /** The row's own id; null where it has none. */
    readonly id: string | null;
    /** Why. */
    readonly reason: RowFault;
  };

/** How the rows of a data set are read. */
export interface Mapping {
  /** The parser for its solutions where none is declared. */
  readonly parser: StepParserName;
  /** Whether some row gives a full trace of reasoning, which SFT can have as its target. */
  readonly reasoning: boolean;
  /**
   * Reads a row. Pure.
   *
   * @param row Anything at all.
   * @param place Names the row in an error, e.g. `file.jsonl:3`.
   * @param need What the row cannot do without. Default `solution`.
   * @throws {InputError} where the row is not of the data set's form, naming place and field.
   */
  map(row: unknown, place: string, need?: RowNeed): MappedRow;
}
