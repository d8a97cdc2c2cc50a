import { assertEquals } from "@std/assert";
import { groupAnswers } from "../../src/benchmarks/group_answers.ts";
import { numberedFormatOf } from "../../src/domains/numbered/format.ts";
import { BUILT_IN_PROMPTS } from "../../src/data/prompts/prompts.ts";
import { AnswerVerifier } from "../../src/rewards/answer_verifier.ts";

async function grouped(
  problems: readonly (readonly (string | null)[])[],
  rounded = false,
): Promise<number[][][]> {
  const { verifier: url } = numberedFormatOf(BUILT_IN_PROMPTS, rounded);
  using verifier = await AnswerVerifier.start(url, { workers: 2 });
  const groups = await groupAnswers(problems, verifier);
  return groups.map((list) => list.map(({ samples }) => [...samples]));
}

Deno.test("groupAnswers() lets answers vote together that are equal, however they are written", async () => {
  const answers = ["\\frac{1}{2}", "0.5", "\\sqrt{8}", "1/2", "2\\sqrt{2}", "7", null, "50\\%"];
  assertEquals(await grouped([answers, [], [null, null], ["27", "27.0", "28"]]), [
    [[0, 1, 3, 7], [2, 4], [5]],
    [],
    [],
    [[0, 1], [2]],
  ]);
});

Deno.test("groupAnswers() keeps numbers apart of which one only rounds to the other", async () => {
  assertEquals(await grouped([["1.6", "1.57", "1.60"]], true), [[[0, 2], [1]]]);
});

Deno.test("groupAnswers() has texts that nobody can compare vote for themselves", async () => {
  const hostile = ["{".repeat(3000), "\\boxed{", "}", "a".repeat(5000), "\ud800", "{".repeat(3000)];
  assertEquals(await grouped([hostile]), [[[0, 5], [1], [2], [3], [4]]]);
});

Deno.test("groupAnswers() groups many problems at once as one by one", async () => {
  const problems = Array.from(
    { length: 12 },
    (_, i) => ["1", "2", `${i}`, `${i}.0`, `\\frac{${2 * i}}{2}`],
  );
  const together = await grouped(problems);
  for (const [i, answers] of problems.entries()) {
    assertEquals((await grouped([answers]))[0], together[i]);
  }
});
