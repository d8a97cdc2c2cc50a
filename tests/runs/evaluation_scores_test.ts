import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { evaluationScores } from "../../src/runs/evaluation_scores.ts";

const EVALUATION = {
  benchmarks: { hard: { domain: "relay", tier: "hard", problems: 2, seed: 1001 } },
  greedy: true,
  samples: 2,
  temperature: 1,
  maxTokens: null,
} as const;

/** The scores of outcomes that a stage left. */
async function scoresOf(text: string) {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/outcomes.jsonl`, text);
    return await evaluationScores(dir, EVALUATION);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("evaluationScores() gives the score of each column, from 0 to 1", async () => {
  const row = (problem: string, decoding: string, sample: number, correct: boolean) =>
    `${JSON.stringify({ benchmark: "hard", problem, decoding, sample, correct })}\n`;
  const scores = await scoresOf([
    row("p", "greedy", 0, true) + row("p", "sampled", 0, true) + row("p", "sampled", 1, false),
    row("q", "greedy", 0, false) + row("q", "sampled", 0, false) + row("q", "sampled", 1, false),
  ].join(""));
  assertEquals(scores, { "hard greedy": 0.5, "hard avg@2": 0.25, "hard pass@2": 0.5 });
});

Deno.test("evaluationScores() names the line that is none", async () => {
  await assertRejects(() => scoresOf("{\n"), InputError, "outcomes.jsonl:1: not JSON");
});
