/** @file Which of a problem's samples gave the same answer: what a majority vote counts. */
import type { AnswerVerifier } from "../rewards/answer_verifier.ts";

/** One answer that some samples of a problem gave. */
export interface AnswerGroup {
  /** The answer as the first of them wrote it. */
  readonly answer: string;
  /** Places of the samples, ascending. */
  readonly samples: readonly number[];
}

/**
 * Groups the extracted answers of each problem: two are the same where the verifier takes either for the other, so that `0.5` and
 * `\frac{1}{2}` vote together, and what rounds to the other but not the other way does not. An answer joins the first group whose
 * answer it equals. A null gives no vote. What the verifier cannot compare, or not in time, is another answer.
 *
 * @param problems Extracted answers of the samples, problem by problem.
 * @returns The groups of each problem, in the order in which their answers first came.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { numberedFormat } from "../domains/numbered/format.ts";
 * import { AnswerVerifier } from "../rewards/answer_verifier.ts";
 *
 * using verifier = await AnswerVerifier.start(numberedFormat.verifier);
 * const [groups] = await groupAnswers([["1/2", "7", null, "0.5"]], verifier);
 * assertEquals(groups, [{ answer: "1/2", samples: [0, 3] }, { answer: "7", samples: [1] }]);
 * ```
 */
export async function groupAnswers(
  problems: readonly (readonly (string | null)[])[],
  verifier: AnswerVerifier,
): Promise<AnswerGroup[][]> {
  // The same text is the same answer: only different ones are compared.
  const texts = problems.map((answers) => {
    const places = new Map<string, number[]>();
    answers.forEach((answer, sample) => {
      if (answer === null) return;
      const known = places.get(answer);
      if (known === undefined) places.set(answer, [sample]);
      else known.push(sample);
    });
    return [...places];
  });
  const groups = texts.map((): { answer: string; samples: number[] }[] => []);
  // The next text of every problem at once, so that the verifier's workers have enough to do.
  const rounds = Math.max(0, ...texts.map((list) => list.length));
  for (let round = 0; round < rounds; round++) {
    const asked = texts.flatMap((list, problem) => {
      const next = list[round];
      if (next === undefined) return [];
      return groups[problem]!.map((group) => ({ problem, group, text: next[0] }));
    });
    const verdicts = await verifier.verify(
      asked.flatMap(({ group, text }) => [
        { completion: boxed(text), answer: group.answer },
        { completion: boxed(group.answer), answer: text },
      ]),
    );
    const right = (i: number) => verdicts[i]!.verdict === "correct";
    const same = asked.filter((_, i) => right(2 * i) && right(2 * i + 1));
    texts.forEach((list, problem) => {
      const next = list[round];
      if (next === undefined) return;
      const [text, samples] = next;
      const found = same.find((pair) => pair.problem === problem)?.group;
      if (found === undefined) groups[problem]!.push({ answer: text, samples: [...samples] });
      else found.samples.push(...samples);
    });
  }
  return groups.map((found) =>
    found.map(({ answer, samples }) => ({ answer, samples: samples.sort((a, b) => a - b) }))
  );
}

/** An extracted answer where the verifier looks first. */
function boxed(answer: string): string {
  return `\\boxed{${answer}}`;
}
