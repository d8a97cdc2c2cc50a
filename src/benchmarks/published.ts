/** @file Published scores to stand beside one's own: Deng et al., arXiv 2510.25992 v3 (27 February 2026), percent. */

/** Where the figures are from. */
export const PUBLISHED_SOURCE = "Deng et al., arXiv 2510.25992 v3";

/** A column of the published table. */
export interface PublishedColumn {
  /** Name of the benchmark here. */
  readonly benchmark: string;
  /** How it was answered: `sampled` is the average of 32 samples at temperature 1. */
  readonly decoding: "greedy" | "sampled";
}

/** Columns of the published table, in its order; an average of all follows them there. */
export const PUBLISHED_COLUMNS: readonly PublishedColumn[] = [
  { benchmark: "amc23", decoding: "sampled" },
  { benchmark: "amc23", decoding: "greedy" },
  { benchmark: "aime24", decoding: "sampled" },
  { benchmark: "aime24", decoding: "greedy" },
  { benchmark: "aime25", decoding: "sampled" },
  { benchmark: "aime25", decoding: "greedy" },
  { benchmark: "minerva", decoding: "greedy" },
];

/** Samples of the published averages. */
export const PUBLISHED_SAMPLES = 32;

/** A row of the published table. */
export interface PublishedRow {
  /** The method. */
  readonly name: string;
  /** Its scores, as {@link PUBLISHED_COLUMNS}. */
  readonly scores: readonly number[];
  /** The average as published: of {@link PUBLISHED_DEVIATING} not the mean of the row's scores. */
  readonly average: number;
}

/** Rows of one base model. */
export interface PublishedTable {
  /** The model. */
  readonly base: string;
  /** Its rows, in the published order. */
  readonly rows: readonly PublishedRow[];
}

function row(name: string, ...figures: readonly number[]): PublishedRow {
  return { name, scores: figures.slice(0, -1), average: figures.at(-1)! };
}

/** The rows whose published average is not the mean of their published scores. SRL's would be 26.9. */
export const PUBLISHED_DEVIATING: readonly string[] = ["SRL"];

/** The main results. */
export const PUBLISHED: readonly PublishedTable[] = [
  {
    base: "Qwen2.5-7B-Instruct",
    rows: [
      row("base", 49.3, 50.0, 10.5, 13.3, 7.5, 6.7, 34.9, 24.6),
      row("S1K-7B (released)", 24.1, 25.0, 2.2, 3.3, 3.7, 3.3, 20.2, 11.7),
      row("SFT (R1 reasoning)", 26.8, 40.0, 3.9, 10.0, 5.4, 10.0, 20.2, 16.6),
      row("SFT (R1 outline)", 36.2, 27.5, 5.1, 3.3, 3.8, 6.7, 31.6, 16.3),
      row("RLVR", 52.0, 47.5, 11.1, 10.0, 7.4, 10.0, 33.8, 24.5),
      row("SFT (outline) → RLVR", 37.6, 35.0, 4.9, 3.3, 4.5, 6.7, 30.1, 17.4),
      row("R3", 52.5, 57.5, 10.0, 13.3, 7.4, 10.0, 35.3, 26.6),
      row("SRL", 51.5, 50.0, 13.2, 16.7, 7.1, 13.3, 36.4, 27.6),
      row("SRL → RLVR", 52.1, 57.5, 13.3, 20.0, 8.6, 10.0, 36.4, 28.3),
    ],
  },
  {
    base: "Qwen2.5-3B-Instruct",
    rows: [
      row("base", 32.5, 45.0, 3.3, 3.3, 1.7, 3.3, 25.7, 16.4),
      row("RLVR", 35.0, 42.5, 6.7, 3.3, 6.7, 3.3, 26.5, 17.7),
      row("SRL → RLVR", 37.5, 47.5, 6.7, 3.3, 6.7, 6.7, 28.3, 19.5),
    ],
  },
];
