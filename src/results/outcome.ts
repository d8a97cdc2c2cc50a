/** @file The rows that every table and plot is made from. */

/** What became of one sample of one problem. One line of `outcomes.jsonl`. */
export interface Outcome {
  /** Arm of the experiment, e.g. `srl`. */
  readonly arm: string;
  /** Policy size, e.g. `1m`. */
  readonly size: string;
  /** Training seed. */
  readonly seed: number;
  /** Benchmark, e.g. `hard`. */
  readonly benchmark: string;
  /** `greedy`, or `sampled` at a temperature. */
  readonly decoding: "greedy" | "sampled";
  /** Problem id within the benchmark. */
  readonly problem: string;
  /** Which sample of this problem, from 0. */
  readonly sample: number;
  /** Whether the extracted answer is right; null where that could not be verified, which is not the same as wrong. */
  readonly correct: boolean | null;
  /** Why not (`error: …` or `timeout: …`); absent where it was verified. */
  readonly unverified?: string;
  /** The answer found in the completion; null where there was none, or none could be verified. */
  readonly extracted: string | null;
  /** The answer expected. */
  readonly expected: string;
  /** The whole completion. */
  readonly completion: string;
  /** Its length in tokens. */
  readonly tokens: number;
  /** Whether the token budget ended it. */
  readonly truncated: boolean;
}

/**
 * One line of a stage's `metrics.jsonl`: numbers that a seed fixes, so never a time. `step` counts optimiser updates;
 * the other keys are the metrics' names, e.g. `reward`, `loss`, `validation`.
 */
export interface MetricRow {
  /** Optimiser updates made so far. */
  readonly step: number;
  /** A metric by name; null where it is not defined at this step. */
  readonly [metric: string]: number | null;
}

/** A {@link MetricRow} with the cell and the stage that it belongs to, as the results layer reads it. */
export interface CellMetric {
  /** Arm of the experiment. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Training seed. */
  readonly seed: number;
  /** Stage kind: `sft`, `srl`, `rlvr` or `r3`. */
  readonly stage: string;
  /** Position of the stage in the arm's chain, from 0. */
  readonly position: number;
  /** The metrics themselves. */
  readonly row: MetricRow;
}

/** One rollout of a group as it was rewarded. One line of a stage's `rollouts.jsonl`. */
export interface RolloutRow {
  /** Optimiser updates made before this batch. */
  readonly step: number;
  /** Which group within the step, from 0; the group's rollouts share a prompt. */
  readonly group: number;
  /** Which rollout within the group, from 0. */
  readonly rollout: number;
  /** Id of the step instance or the problem. */
  readonly instance: string;
  /** The prompt. */
  readonly prompt: string;
  /** The expert's action or the expected answer. */
  readonly target: string;
  /** What the policy wrote. */
  readonly completion: string;
  /** The monologue; null where the format is broken. */
  readonly think: string | null;
  /** The action; null where the format is broken. */
  readonly action: string | null;
  /** Why the format check refused it; null where it did not. */
  readonly formatError: string | null;
  /** The reward; null where it failed. */
  readonly reward: number | null;
  /** Why the reward failed (`error: …` or `timeout: …`); null where it did not. */
  readonly rewardError: string | null;
  /** What the reward is made of, by name; empty where it failed. */
  readonly parts: Readonly<Record<string, number>>;
  /**
   * The advantage within the group; null where it is not trained on: dynamic sampling dropped the group, the reward failed, or
   * the completion was cut off and those are masked.
   */
  readonly advantage: number | null;
  /** Completion length in tokens. */
  readonly tokens: number;
}
