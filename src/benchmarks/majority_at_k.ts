/** @file Majority@k: whether the answer that most of k samples give is right. */

/** An answer that some samples gave. */
export interface Votes {
  /** How many samples gave it. */
  readonly count: number;
  /** Whether it is right. */
  readonly right: boolean;
}

/** C(1,000, 500) is the largest binomial below a double's largest number, nearly. */
const MOST_SAMPLES = 1000;

/**
 * The chance that a majority vote of k samples is right (self-consistency, Wang et al., arXiv 2203.11171), the mean over all choices of
 * k of the n samples: without bias for every k, as pass@k is. Of answers with equally many votes each is as likely to win. Samples
 * without an answer do not vote; where nobody votes the result is wrong.
 *
 * Counted, not drawn: for each right answer and each number of votes j, the ways in which no other answer has more than j, by
 * how many others have j too.
 *
 * @param votes One for each different answer.
 * @param silent Samples that have none.
 * @param k Size of the vote, from 1 to the number of samples, of which there may be 1,000.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const votes = [{ count: 3, right: true }, { count: 1, right: false }];
 * assertEquals(majorityAtK(votes, 0, 4), 1);
 * assertAlmostEquals(majorityAtK(votes, 0, 2), 0.75, 1e-12); // of 6 pairs, 3 agree on it and 3 are ties
 * ```
 */
export function majorityAtK(votes: readonly Votes[], silent: number, k: number): number {
  const counts = [...votes.map(({ count }) => count), silent];
  const samples = counts.reduce((sum, count) => sum + count, 0);
  const whole = [...counts, k].every(Number.isSafeInteger) && counts.every((count) => count >= 0);
  if (!whole || k < 1 || k > samples || samples > MOST_SAMPLES) {
    throw new RangeError(`majority@${k} of ${samples} samples is not defined`);
  }
  const choose = pascal(samples);
  let ways = 0;
  votes.forEach(({ count, right }, winner) => {
    if (!right) return;
    const others = votes.flatMap(({ count }, i) => i === winner ? [] : [count]);
    for (let j = 1; j <= Math.min(count, k); j++) {
      ways += choose(count, j) * waysBelow(others, silent, k - j, j, choose);
    }
  });
  return ways / choose(samples, k);
}

/** Ways to give `left` votes to others, at most `most` to each, each way divided by how many then share the first place. */
function waysBelow(
  others: readonly number[],
  silent: number,
  left: number,
  most: number,
  choose: (n: number, k: number) => number,
): number {
  // By votes given, then by answers that have `most`. More than left / most answers cannot.
  const ties = Math.floor(left / most) + 1;
  let table = Array.from({ length: left + 1 }, () => new Float64Array(ties + 1));
  table[0]![0] = 1;
  for (const count of others) {
    const next = table.map((row) => row.slice());
    for (let given = 0; given < left; given++) {
      for (let tied = 0; tied <= ties; tied++) {
        const ways = table[given]![tied]!;
        if (ways === 0) continue;
        for (let votes = 1; votes <= Math.min(count, most, left - given); votes++) {
          next[given + votes]![tied + (votes === most ? 1 : 0)]! += ways * choose(count, votes);
        }
      }
    }
    table = next;
  }
  let sum = 0;
  table.forEach((row, given) => {
    const quiet = choose(silent, left - given);
    row.forEach((ways, tied) => sum += quiet * ways / (1 + tied));
  });
  return sum;
}

/** Binomial coefficients up to n; 0 where k is not from 0 to n. */
function pascal(n: number): (n: number, k: number) => number {
  const rows: Float64Array[] = [];
  for (let i = 0; i <= n; i++) {
    const row = new Float64Array(i + 1).fill(1);
    for (let k = 1; k < i; k++) row[k] = rows[i - 1]![k - 1]! + rows[i - 1]![k]!;
    rows.push(row);
  }
  return (n, k) => rows[n]?.[k] ?? 0;
}
