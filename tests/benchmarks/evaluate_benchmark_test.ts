import { assertEquals, assertNotEquals } from "@std/assert";
import {
  type AskedBenchmark,
  evaluateBenchmark,
  evaluationRequests,
} from "../../src/benchmarks/evaluate_benchmark.ts";
import { numberedFormat } from "../../src/domains/numbered/format.ts";
import type { Inference, InferenceRequest } from "../../src/inference/inference.ts";
import { Journal } from "../../src/inference/journal.ts";
import { AnswerVerifier } from "../../src/rewards/answer_verifier.ts";

const benchmark: AskedBenchmark = {
  format: { ...numberedFormat, system: "be brief", question: (problem) => `Solve ${problem}` },
  tasks: [
    { id: "a", problem: "1+1?", answer: "2", budget: null },
    { id: "b", problem: "1/2?", answer: "\\frac{1}{2}", budget: 40 },
  ],
};
const greedy = { decoding: "greedy", samples: 1, temperature: 0 } as const;
const sampled = { decoding: "sampled", samples: 3, temperature: 0.7 } as const;
const said = { name: "sums", seed: 5, maxTokens: null };

Deno.test("evaluationRequests() asks each problem as often as there are samples, each with a seed of its own", () => {
  const requests = evaluationRequests(benchmark, sampled, said);
  assertEquals(requests.map(({ id, maxTokens }) => [id, maxTokens]), [
    ["sums a sample 0", null],
    ["sums a sample 1", null],
    ["sums a sample 2", null],
    ["sums b sample 0", 40],
    ["sums b sample 1", 40],
    ["sums b sample 2", 40],
  ]);
  assertEquals(new Set(requests.map(({ seed }) => seed)).size, 6);
  assertEquals(requests[3]?.prompt, { system: "be brief", user: "Solve 1/2?" });
  assertEquals(requests.every(({ temperature }) => temperature === 0.7), true);
  const seeds = (list: readonly InferenceRequest[]) => list.map(({ seed }) => seed);
  // More samples keep the first ones; another seed or another benchmark has others.
  const more = evaluationRequests(benchmark, { ...sampled, samples: 5 }, said);
  assertEquals(seeds(more).slice(0, 3), seeds(requests).slice(0, 3));
  for (const other of [{ ...said, seed: 6 }, { ...said, name: "other" }]) {
    assertNotEquals(seeds(evaluationRequests(benchmark, sampled, other)), seeds(requests));
  }
});

Deno.test("evaluateBenchmark() stores what became of every sample of every problem", async () => {
  const texts = ["So \\boxed{2}.", "I give up.", "\\boxed{0.5}"];
  const inference: Inference = {
    identity: {},
    async answer(requests, take) {
      for (const [place, { prompt, seed }] of requests.entries()) {
        const text = prompt.user === "Solve 1+1?" ? texts[0]! : texts[2 - seed % 2]!;
        await take(place, { text, tokens: text.length, truncated: text === texts[1] });
      }
    },
  };
  const path = await Deno.makeTempFile();
  try {
    using journal = await Journal.open(path);
    using verifier = await AnswerVerifier.start(benchmark.format.verifier);
    const options = { ...said, journal, verifier };
    const first = await evaluateBenchmark(inference, benchmark, greedy, options);
    assertEquals(first[0], {
      benchmark: "sums",
      decoding: "greedy",
      problem: "a",
      sample: 0,
      correct: true,
      extracted: "2",
      expected: "2",
      completion: texts[0]!,
      tokens: 13,
      truncated: false,
    });
    const rows = await evaluateBenchmark(inference, benchmark, sampled, options);
    assertEquals(rows.map(({ problem, sample }) => `${problem}${sample}`), [
      ...["a0", "a1", "a2"],
      ...["b0", "b1", "b2"],
    ]);
    for (const { problem, completion, correct, extracted, truncated } of rows) {
      if (problem === "a") assertEquals([correct, extracted], [true, "2"]);
      else if (completion === texts[2]) assertEquals([correct, extracted], [true, "0.5"]);
      else assertEquals([correct, extracted, truncated], [false, null, true]);
    }
    assertEquals(journal.size, 8);
  } finally {
    await Deno.remove(path);
  }
});
