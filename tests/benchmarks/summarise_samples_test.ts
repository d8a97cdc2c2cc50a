import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import type { EvaluatedSample } from "../../src/benchmarks/evaluate_benchmark.ts";
import { summariseSamples } from "../../src/benchmarks/summarise_samples.ts";
import { numberedFormat } from "../../src/domains/numbered/format.ts";
import { InputError } from "../../src/errors.ts";
import { AnswerVerifier } from "../../src/rewards/answer_verifier.ts";
import { sampleOf } from "./samples.ts";

async function summarised(rows: readonly EvaluatedSample[], ks: readonly number[] = []) {
  using verifier = await AnswerVerifier.start(numberedFormat.verifier);
  return await summariseSamples(rows, ks, verifier);
}

/** Samples of one problem whose answer is 1/2, by what was extracted. */
const sampled = (problem: string, answers: readonly (string | null)[], right: readonly string[]) =>
  answers.map((extracted, sample) =>
    sampleOf({
      decoding: "sampled",
      problem,
      sample,
      extracted,
      correct: extracted !== null && right.includes(extracted),
    })
  );

Deno.test("summariseSamples() counts each sample once, and truncated and unverified ones apart from wrong ones", async () => {
  const rows = [
    sampleOf({ problem: "a", correct: true }),
    sampleOf({ problem: "b", correct: true, truncated: true }),
    sampleOf({ problem: "c", correct: false }),
    sampleOf({ problem: "d", correct: false, extracted: null }),
    sampleOf({ problem: "e", correct: false, truncated: true }),
    sampleOf({ problem: "f", correct: false, truncated: true, extracted: null, tokens: 20 }),
    sampleOf({ problem: "g", correct: null, unverified: "timeout: 5000 ms", extracted: null }),
    sampleOf({
      problem: "h",
      correct: null,
      unverified: "error: x",
      extracted: null,
      truncated: true,
    }),
  ];
  const { fates, unanswered, score, tokens, pass, majority } = await summarised(rows);
  assertEquals(fates, { correct: 2, wrong: 2, truncated: 2, unverified: 2 });
  assertEquals([unanswered, score.mean, tokens, pass, majority], [1, 0.25, 6.875, {}, {}]);
});

Deno.test("summariseSamples() gives avg@k, pass@k and majority@k of hand-computed cases", async () => {
  const rows = [
    // Right: 2 of 4, spelt in two ways that vote together against 7 and nothing.
    ...sampled("half", ["1/2", "0.5", "7", null], ["1/2", "0.5"]),
    // Right: 1 of 4; the others agree on 3.
    ...sampled("lost", ["3", "1/2", "3.0", "3"], ["1/2"]),
  ];
  const { score, pass, majority, samples } = await summarised(rows, [1, 2, 4]);
  assertEquals([samples, score.mean], [4, 3 / 8]);
  // pass@2: 1 − C(2,2)/C(4,2) = 5/6, and 1 − C(3,2)/C(4,2) = 1/2.
  assertAlmostEquals(pass[1]!, 3 / 8, 1e-12);
  assertAlmostEquals(pass[2]!, (5 / 6 + 1 / 2) / 2, 1e-12);
  assertEquals(pass[4], 1);
  // majority@2 of `half`: {right, right} 1; {right, null} twice 1; {right, 7} twice 1/2; {7, null} 0: 4/6. Of `lost`: 3 pairs with 1/2 are ties: 1.5/6.
  assertAlmostEquals(majority[1]!, 3 / 8, 1e-12);
  assertAlmostEquals(majority[2]!, (4 / 6 + 1.5 / 6) / 2, 1e-12);
  assertEquals(majority[4], 0.5);
});

Deno.test("summariseSamples() divides by the samples taken, whatever k is asked for", async () => {
  const rows = sampled("p", ["1/2", "9", "9", "9", "9"], ["1/2"]);
  assertEquals((await summarised(rows, [2])).score.mean, 1 / 5);
});

Deno.test("summariseSamples() refuses a k that there are no samples for", async () => {
  const rows = sampled("p", ["1", "2"], []);
  await assertRejects(() => summarised(rows, [1, 4]), InputError, "k: found 4; expected at most");
});
