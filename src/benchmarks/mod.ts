/** @file Benchmarks: named problem sets, their evaluation, and what it comes to. */
export {
  type AskedBenchmark,
  type DecodingPass,
  evaluateBenchmark,
  type EvaluatedSample,
  type EvaluateOptions,
  evaluationRequests,
} from "./evaluate_benchmark.ts";
export { type AnswerGroup, groupAnswers } from "./group_answers.ts";
export {
  type LoadedBenchmark,
  loadNamedBenchmark,
  type NamedBenchmarkOptions,
} from "./load_named_benchmark.ts";
export { majorityAtK, type Votes } from "./majority_at_k.ts";
export {
  benchmark,
  NAMED_BENCHMARKS,
  type NamedBenchmark,
  namedBenchmark,
} from "./named_benchmarks.ts";
export {
  type PaperRow,
  type PaperSection,
  type PaperTable,
  paperTable,
  type PaperTableInput,
} from "./paper_table.ts";
export {
  PUBLISHED,
  PUBLISHED_COLUMNS,
  PUBLISHED_DEVIATING,
  PUBLISHED_SAMPLES,
  PUBLISHED_SOURCE,
  type PublishedColumn,
  type PublishedRow,
  type PublishedTable,
} from "./published.ts";
export {
  type EvaluationText,
  renderEvaluation,
  renderEvaluationMarkdown,
} from "./render_evaluation.ts";
export {
  fateOf,
  type SampleFates,
  type SampleSummary,
  summariseSamples,
} from "./summarise_samples.ts";
export { publishedRows } from "./published_rows.ts";
