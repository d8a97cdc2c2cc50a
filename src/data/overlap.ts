/** @file The same problem in the training data and in a benchmark. */
import { problemKey, problemWords } from "./problem_words.ts";

/** Words in a row that two problems must share. */
const GRAM = 13;

/** A problem, for comparing. */
export interface NamedProblem {
  /** Its id. */
  readonly id: string;
  /** Its text. */
  readonly problem: string;
}

/**
 * How much two problems share: `copy`: the same text; `words`: the same words, in another typography; `13-gram`: 13 words in a
 * row.
 */
export type OverlapKind = "copy" | "words" | "13-gram";

/** A benchmark problem that is in the training data. */
export interface Overlap {
  /** Id of the benchmark problem. */
  readonly asked: string;
  /** Id of the training problem that shares most with it, the first of equals. */
  readonly trained: string;
  /** How much they share. */
  readonly kind: OverlapKind;
  /** The words that they share, the first 13 of them. */
  readonly words: string;
}

const RANK: Readonly<Record<OverlapKind, number>> = { copy: 0, words: 1, "13-gram": 2 };

/**
 * The benchmark problems that are in the training data too, in the benchmark's order, each once with the training problem that
 * shares most with it.
 *
 * Two problems overlap when they share 13 words in a row, as GPT-3's authors looked for test sets in their training data (Brown
 * et al. 2020, arXiv 2005.14165, appendix C: lower case, punctuation ignored); a problem of fewer words must be the same as a
 * whole. Words are those of `problemWords`, which unlike theirs keeps mathematical signs: `2 + 2` is not `2 - 2`. Reworded
 * problems are not found.
 *
 * One pass over each; memory grows with the benchmark, not with the training data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ id: "t1", problem: "What is 2 + 2?" }, { id: "t2", problem: "What is 3 + 3?" }];
 * assertEquals(findOverlap(train, [{ id: "b1", problem: "what is $3+3$" }]), [
 *   { asked: "b1", trained: "t2", kind: "words", words: "what is 3 + 3" },
 * ]);
 * ```
 */
export function findOverlap(
  train: Iterable<NamedProblem>,
  benchmark: Iterable<NamedProblem>,
): Overlap[] {
  const index = new Index(benchmark);
  const found = new Map<number, Overlap>();
  for (const problem of train) {
    for (const { at, ...overlap } of index.matches(problem)) {
      const known = found.get(at);
      if (known === undefined || RANK[overlap.kind] < RANK[known.kind]) found.set(at, overlap);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, overlap]) => overlap);
}

/** The benchmark's texts and 13-grams, to look training problems up in. */
class Index {
  readonly #asked: NamedProblem[] = [];
  /** Places of the problems by their words. */
  readonly #keys = new Map<string, number[]>();
  /** Places of the problems by 13-gram. */
  readonly #grams = new Map<string, number[]>();
  /** Every word of a 13-gram: only a run of these can be one. */
  readonly #vocabulary = new Set<string>();

  constructor(benchmark: Iterable<NamedProblem>) {
    for (const problem of benchmark) {
      const at = this.#asked.push(problem) - 1;
      const words = problemWords(problem.problem);
      add(this.#keys, problemKey(problem.problem, words), at);
      if (words.length < GRAM) continue;
      for (const word of words) this.#vocabulary.add(word);
      for (let end = GRAM; end <= words.length; end++) {
        add(this.#grams, words.slice(end - GRAM, end).join(" "), at);
      }
    }
  }

  /** The benchmark problems that a training problem overlaps with, by their places, each with what they share. */
  *matches({ id, problem }: NamedProblem): Generator<Overlap & { readonly at: number }> {
    const match = (at: number, kind: OverlapKind, words: string) => ({
      at,
      asked: this.#asked[at]!.id,
      trained: id,
      kind,
      words,
    });
    const text = problem.trim();
    const words = problemWords(problem);
    const shown = words.slice(0, GRAM).join(" ");
    for (const at of this.#keys.get(problemKey(problem, words)) ?? []) {
      yield match(at, this.#asked[at]!.problem.trim() === text ? "copy" : "words", shown);
    }
    let run = 0;
    for (const [last, word] of words.entries()) {
      run = this.#vocabulary.has(word) ? run + 1 : 0;
      if (run < GRAM) continue;
      const gram = words.slice(last + 1 - GRAM, last + 1).join(" ");
      for (const at of this.#grams.get(gram) ?? []) yield match(at, "13-gram", gram);
    }
  }
}

function add(places: Map<string, number[]>, key: string, at: number): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, [at]);
  else if (known.at(-1) !== at) known.push(at);
}
