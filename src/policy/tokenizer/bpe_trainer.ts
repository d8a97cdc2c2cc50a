/** @file Training byte-level BPE merges (Sennrich et al. 2016, with the ties of the Rust library `tokenizers`). */

import { SequencePreTokenizer } from "@huggingface/tokenizers";
import { BYTE_CHARACTERS, QWEN2_STEPS } from "./byte_level.ts";
import type { BpeModel } from "./tokenizer_files.ts";

/** A distinct word of the corpus. */
interface Word {
  /** Its tokens so far. */
  ids: number[];
  /** How often the corpus has it. */
  readonly count: number;
}

/** Pairs are keyed by one number, in the order of (first id, second id). */
const KEY = 2 ** 26;

/** Counts the words that the pre-tokenizer cuts texts into, in the characters of their bytes. */
function countWords(texts: Iterable<string>, special: readonly string[]): Map<string, number> {
  const cut = new SequencePreTokenizer({ type: "Sequence", pretokenizers: [...QWEN2_STEPS] });
  const counts = new Map<string, number>();
  for (const text of texts) {
    // A special token is found before the model sees the text, so it is no evidence for any merge.
    let pieces = [text];
    for (const token of special) pieces = pieces.flatMap((piece) => piece.split(token));
    for (const word of pieces.flatMap((piece) => cut.pre_tokenize(piece.normalize("NFC")))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return counts;
}

/** Replaces each pair, left to right, by its merged token. */
function mergePair(ids: readonly number[], key: number, merged: number): number[] {
  const result: number[] = [];
  for (let at = 0; at < ids.length; at++) {
    const pairHere = at + 1 < ids.length && ids[at]! * KEY + ids[at + 1]! === key;
    result.push(pairHere ? merged : ids[at]!);
    if (pairHere) at++;
  }
  return result;
}

/**
 * Learns merges: again and again, the pair of neighbouring tokens that the corpus has most often becomes a token; of
 * pairs equally frequent, the one with the smaller ids. Ends when the vocabulary is full, or no pair is left in the
 * corpus, so a small corpus gives a smaller vocabulary. Ids go to the special tokens, then to the 256 bytes, then to the
 * merged tokens in the order in which they were found.
 *
 * @param texts The corpus.
 * @param vocabSize Most tokens to have, special tokens and the 256 bytes included.
 * @param special Special tokens, which take the first ids.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { merges } = learnMerges(["aab aab", "ab"], 258, []);
 * assertEquals(merges, [["a", "b"], ["a", "ab"]]);
 * ```
 */
export function learnMerges(
  texts: Iterable<string>,
  vocabSize: number,
  special: readonly string[],
): BpeModel {
  const tokens = [...special, ...BYTE_CHARACTERS.toSorted((a, b) => a < b ? -1 : 1)];
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  const merges: [string, string][] = [];
  const words: Word[] = Array.from(countWords(texts, special), ([word, count]) => ({
    ids: Array.from(word, (character) => vocab.get(character)!),
    count,
  }));

  const counts = new Map<number, number>();
  const wordsWith = new Map<number, Set<Word>>();
  const tally = (word: Word, sign: 1 | -1) => {
    for (let at = 1; at < word.ids.length; at++) {
      const key = word.ids[at - 1]! * KEY + word.ids[at]!;
      const count = (counts.get(key) ?? 0) + sign * word.count;
      if (count > 0) counts.set(key, count);
      else counts.delete(key);
      if (sign > 0) wordsWith.set(key, (wordsWith.get(key) ?? new Set()).add(word));
    }
  };
  words.forEach((word) => tally(word, 1));

  while (tokens.length < vocabSize) {
    let best = -1;
    let most = 0;
    for (const [key, count] of counts) {
      if (count > most || (count === most && key < best)) [best, most] = [key, count];
    }
    if (most === 0) break;
    const pair = [tokens[Math.floor(best / KEY)]!, tokens[best % KEY]!] as [string, string];
    const token = pair.join("");
    const id = vocab.get(token) ?? tokens.push(token) - 1;
    vocab.set(token, id);
    merges.push(pair);
    for (const word of wordsWith.get(best)!) {
      tally(word, -1);
      word.ids = mergePair(word.ids, best, id);
      tally(word, 1);
    }
    wordsWith.delete(best);
  }
  return { vocab, merges };
}
