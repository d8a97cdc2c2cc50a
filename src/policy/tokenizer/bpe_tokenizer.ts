/** @file A byte-level BPE tokenizer trained on a corpus. */

import { InputError } from "../../errors.ts";
import { learnMerges } from "./bpe_trainer.ts";
import { formatTokenizer, type TokenizerFiles } from "./tokenizer_files.ts";

/**
 * Trains a byte-level BPE tokenizer with Qwen2's pre-tokenizer. It expresses every text (in Unicode's NFC form); a corpus too small for `vocabSize`
 * gives fewer tokens.
 *
 * @param texts The corpus.
 * @param vocabSize Most tokens to have: at least the special tokens and the 256 bytes.
 * @param special Special tokens, which take the first ids, e.g. `<pad>`, `<eos>`, `<think>`.
 * @throws {InputError} where `vocabSize` is too small, or a special token is empty or there twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const files = trainBpe(["one one one"], 260, ["<eos>"]);
 * assertEquals(JSON.parse(files["tokenizer.json"]).model.merges[0], ["n", "e"]);
 * ```
 */
export function trainBpe(
  texts: Iterable<string>,
  vocabSize: number,
  special: readonly string[],
): TokenizerFiles {
  const least = special.length + 256;
  if (!Number.isSafeInteger(vocabSize) || vocabSize < least) {
    throw new InputError(`vocabSize: expected an integer from ${least}, found ${vocabSize}`);
  }
  if (new Set(special).size !== special.length || special.some((token) => [...token].length < 2)) {
    throw new InputError(
      `special: expected different tokens of two characters or more, found ${
        JSON.stringify(special)
      }`,
    );
  }
  return formatTokenizer(learnMerges(texts, vocabSize, special), special);
}
