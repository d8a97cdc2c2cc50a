/** @file Samples of a benchmark, made by hand. */
import type { EvaluatedSample } from "../../src/benchmarks/evaluate_benchmark.ts";
import type { SampleSummary } from "../../src/benchmarks/summarise_samples.ts";

/** One sample; by default it is greedy, wrong and ended by itself. */
export function sampleOf(changes: Partial<EvaluatedSample> = {}): EvaluatedSample {
  return {
    benchmark: "aime24",
    decoding: "greedy",
    problem: "p1",
    sample: 0,
    correct: false,
    extracted: "7",
    expected: "8",
    completion: "It is 7.",
    tokens: 5,
    truncated: false,
    ...changes,
  };
}

/** A summary; by default AIME24, greedy, half of the problems solved. */
export function summaryOf(changes: Partial<SampleSummary> = {}): SampleSummary {
  return {
    benchmark: "aime24",
    decoding: "greedy",
    problems: 30,
    samples: 1,
    score: { mean: 0.5, low: 0.33, high: 0.67, over: "problems" },
    pass: {},
    majority: {},
    fates: { correct: 15, wrong: 9, truncated: 6, unverified: 0 },
    unanswered: 2,
    tokens: 812.4,
    ...changes,
  };
}
