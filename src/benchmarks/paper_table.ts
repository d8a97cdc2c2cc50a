/** @file One's own scores in the published table's layout, with the published rows beside them. */
import { percent } from "../results/cell_text.ts";
import { namedBenchmark } from "./named_benchmarks.ts";
import {
  PUBLISHED,
  PUBLISHED_COLUMNS,
  PUBLISHED_DEVIATING,
  PUBLISHED_SAMPLES,
  PUBLISHED_SOURCE,
} from "./published.ts";
import type { SampleSummary } from "./summarise_samples.ts";

/** One row of a {@link PaperTable}. */
export interface PaperRow {
  /** The model or the method. */
  readonly name: string;
  /** Cells in percent, as the columns are. */
  readonly cells: readonly string[];
}

/** Rows under a heading of their own. */
export interface PaperSection {
  /** What the rows are. */
  readonly title: string;
  /** Whether somebody else measured them. */
  readonly published: boolean;
  /** The rows. */
  readonly rows: readonly PaperRow[];
}

/** The table. */
export interface PaperTable {
  /** Headings: the benchmark, and how it was answered. */
  readonly columns: readonly (readonly [benchmark: string, decoding: string])[];
  /** One's own row first, then the published ones. */
  readonly sections: readonly PaperSection[];
  /** What a reader must know, a sentence each. */
  readonly notes: readonly string[];
}

/** What the own row was measured with. */
export interface PaperTableInput {
  /** Name of the own row. */
  readonly name: string;
  /** What was measured. */
  readonly summaries: readonly SampleSummary[];
  /** Temperature of the samples. */
  readonly temperature: number;
}

/**
 * Arranges one's own scores beside the published ones: the columns that both have, in the published order, and their average where
 * all seven are there. Null where there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const table = paperTable({ name: "mine", summaries: [], temperature: 1 });
 * assertEquals(table, null);
 * ```
 */
export function paperTable(
  { name, summaries, temperature }: PaperTableInput,
): PaperTable | null {
  const found = PUBLISHED_COLUMNS.flatMap(({ benchmark, decoding }, place) => {
    const own = summaries.find((s) => s.benchmark === benchmark && s.decoding === decoding);
    return own === undefined ? [] : [{ benchmark, decoding, place, own }];
  });
  if (found.length === 0) return null;
  const whole = found.length === PUBLISHED_COLUMNS.length;
  const k = found.find(({ decoding }) => decoding === "sampled")?.own.samples ?? null;
  const alike = k === PUBLISHED_SAMPLES;
  const mean = found.reduce((sum, { own }) => sum + own.score.mean, 0) / found.length;
  const cells = (scores: readonly string[], average: string) => [
    ...scores,
    ...whole ? [average] : [],
  ];
  return {
    columns: [
      ...found.map(({ benchmark, decoding }): [string, string] => [
        namedBenchmark(benchmark).title,
        decoding === "greedy" ? "greedy" : alike ? `avg@${k}` : "avg@k",
      ]),
      ...whole ? [["", "Average"] as const] : [],
    ],
    sections: [
      {
        title: "this run",
        published: false,
        rows: [{
          name,
          cells: cells(found.map(({ own }) => percent(own.score.mean)), percent(mean)),
        }],
      },
      ...PUBLISHED.map(({ base, rows }): PaperSection => ({
        title: `published: ${base}`,
        published: true,
        rows: rows.map(({ name, scores, average }) => ({
          name,
          cells: cells(found.map(({ place }) => scores[place]!.toFixed(1)), average.toFixed(1)),
        })),
      })),
    ],
    notes: [
      `Percent. Published rows: ${PUBLISHED_SOURCE}, not measured here.`,
      ...k === null || alike
        ? []
        : [`avg@k: k is ${k} here and ${PUBLISHED_SAMPLES} as published.`],
      ...k === null || temperature === 1
        ? []
        : [`Samples are at temperature ${temperature} here and 1 as published.`],
      ...whole
        ? [`The published average of ${PUBLISHED_DEVIATING.join(", ")} is not the mean of its row.`]
        : [],
    ],
  };
}
