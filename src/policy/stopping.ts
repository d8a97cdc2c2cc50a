/** @file When a completion ends. */

/** The part of a tokenizer that stopping needs. */
export interface Detokenizer {
  /** Text of token ids, special tokens included. */
  decode(ids: readonly number[]): string;
}

/**
 * Finds the end of a completion: a token that ends it, or a text. A text may straddle tokens, and a token may hold it
 * with more behind, so the check is on text; it is made only when the newest token holds the text's last character.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = ["a", "\n", "end"];
 * const detokenizer = { decode: (ids: readonly number[]) => ids.map((id) => pieces[id]).join("") };
 * const stop = new StopCondition([2], ["a\n"], detokenizer);
 * assertEquals([[1], [0, 1], [1, 2]].map((ids) => stop.isMet(ids)), [false, true, true]);
 * ```
 */
export class StopCondition {
  readonly #tokens: ReadonlySet<number>;
  readonly #texts: readonly string[];
  readonly #detokenizer: Detokenizer;
  readonly #ends = new Map<number, boolean>();
  readonly #window: number;

  /**
   * A condition without tokens and texts is never met.
   *
   * @param tokens Ids that end a completion, and stay in it.
   * @param texts Texts that end it, and stay in it.
   */
  constructor(tokens: readonly number[], texts: readonly string[], detokenizer: Detokenizer) {
    if (texts.includes("")) throw new RangeError("an empty stop text would end everything");
    this.#tokens = new Set(tokens);
    this.#texts = texts;
    this.#detokenizer = detokenizer;
    // Every token but those of a multi-byte character holds one character at least; four tokens may share one.
    this.#window = 4 * texts.reduce((most, text) => Math.max(most, text.length), 0);
  }

  /**
   * Whether the completion ends with its newest token.
   *
   * @param times How many times one of the texts must be there; `Infinity` for a token alone to end it.
   */
  isMet(completion: readonly number[], times = 1): boolean {
    const newest = completion.at(-1);
    if (newest === undefined) return false;
    if (this.#tokens.has(newest)) return true;
    if (this.#texts.length === 0 || !this.#mayEnd(newest)) return false;
    if (times > 1) return times !== Infinity && this.#count(completion) >= times;
    const tail = this.#detokenizer.decode(completion.slice(-this.#window));
    return this.#texts.some((text) => tail.includes(text));
  }

  /** How many times a text is there, none overlapping another. */
  #count(completion: readonly number[]): number {
    const whole = this.#detokenizer.decode(completion);
    let count = 0;
    for (let at = 0;; count++) {
      const ends = this.#texts.flatMap((text) => {
        const found = whole.indexOf(text, at);
        return found === -1 ? [] : [found + text.length];
      });
      if (ends.length === 0) return count;
      at = Math.min(...ends);
    }
  }

  #mayEnd(token: number): boolean {
    let known = this.#ends.get(token);
    if (known === undefined) {
      const piece = this.#detokenizer.decode([token]);
      // A replacement character stands for a part of some character, perhaps the one that is looked for.
      known = piece.includes("\ufffd") ||
        this.#texts.some((text) => piece.includes([...text].at(-1)!));
      this.#ends.set(token, known);
    }
    return known;
  }
}
