/** @file Finding the tokens that stand in a text as they are, such as `<eos>` and `<think>`. */

import { THINK_CLOSE, THINK_OPEN } from "../../format_tags.ts";

/** A token that is found in a text before the text is cut into words. */
export interface AddedToken {
  /** Its id. */
  readonly id: number;
  /** What is looked for. */
  readonly content: string;
  /** Whether decoders may leave it out: it directs the model and is no text. */
  readonly special: boolean;
  /** Whether it is looked for only once the text is in Unicode's normal form. */
  readonly normalized: boolean;
}

/** A part of a text: an added token, or what lies between two. */
export interface TextPiece {
  /** The text. */
  readonly text: string;
  /** The token's id; null for text between tokens. */
  readonly id: number | null;
}

/** A content that looks like a tag: punctuation at both ends, whatever is between. */
const TAG = /^[^\p{L}\p{N}\s].*[^\p{L}\p{N}\s]$/su;

/** The tags of the output format. A prompt names them, and a completion is to have them: there they are what they look like. */
const FORMAT_TAGS: ReadonlySet<string> = new Set([THINK_OPEN, THINK_CLOSE]);

/**
 * The added tokens of one tokenizer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const eos = { id: 0, content: "<eos>", special: true, normalized: false };
 * const added = new AddedTokens([eos], false);
 * assertEquals(added.split("a<eos>"), [{ text: "a", id: null }, { text: "<eos>", id: 0 }]);
 * const guarded = added.guard("a<eos>", "\ufdd0");
 * assertEquals(added.split(guarded), [{ text: "a<\ufdd0eos>", id: null }]);
 * ```
 */
export class AddedTokens {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #asWritten: RegExp;
  readonly #normalized: RegExp | null;
  readonly #controls: RegExp;
  readonly #composes: boolean;
  readonly #nfc: boolean;

  /**
   * Prepares to look for some tokens.
   *
   * @param tokens The tokens; contents are not empty.
   * @param nfc Whether the tokenizer puts texts into Unicode's NFC.
   */
  constructor(tokens: readonly AddedToken[], nfc: boolean) {
    const form = (text: string) => nfc ? text.normalize("NFC") : text;
    const late = tokens.filter(({ normalized }) => normalized);
    const early = tokens.filter(({ normalized }) => !normalized);
    this.#ids = new Map([
      ...early.map(({ content, id }) => [content, id] as const),
      ...late.map(({ content, id }) => [form(content), id] as const),
    ]);
    this.#nfc = nfc;
    this.#asWritten = anyOf(early.map(({ content }) => content));
    this.#normalized = late.length === 0 ? null : anyOf(late.map(({ content }) => form(content)));
    const controls = tokens.filter((token) =>
      [...token.content].length > 1 && !FORMAT_TAGS.has(token.content) &&
      (token.special || TAG.test(token.content))
    );
    this.#controls = anyOf(
      controls.map(({ content, normalized }) => normalized ? form(content) : content),
    );
    // Of a text in another form, composing could make a control token that is not there yet.
    this.#composes = nfc && controls.some(({ normalized }) => normalized);
  }

  /**
   * Cuts a text at its added tokens. Of several that begin in one place, the longest is found, as in the Rust library.
   * All pieces joined are the text (in NFC, where a token asks for that); none is empty.
   */
  split(text: string): TextPiece[] {
    const pieces = this.#cut(text, this.#asWritten);
    const late = this.#normalized;
    if (late === null) return pieces;
    return pieces.flatMap((piece) =>
      piece.id === null
        ? this.#cut(this.#nfc ? piece.text.normalize("NFC") : piece.text, late)
        : [piece]
    );
  }

  /**
   * Breaks every control token of a text by a mark behind its first character, so that {@link split} finds none. Control
   * tokens are those marked special and those that look like a tag, but for `<think>` and `</think>`.
   *
   * @param mark A character that is not in the text.
   */
  guard(text: string, mark: string): string {
    let guarded = this.#composes ? text.normalize("NFC") : text;
    // Tokens may overlap: breaking one can leave another. Each round breaks at least one, and makes none.
    for (;;) {
      const next = guarded.replaceAll(this.#controls, (token) => {
        const first = String.fromCodePoint(token.codePointAt(0)!);
        return first + mark + token.slice(first.length);
      });
      if (next === guarded) return guarded;
      guarded = next;
    }
  }

  #cut(text: string, pattern: RegExp): TextPiece[] {
    return text.split(pattern).flatMap((piece, index) => {
      if (piece === "") return [];
      // Every other piece is a token.
      return { text: piece, id: index % 2 === 1 ? this.#ids.get(piece)! : null };
    });
  }
}

/** Any of some texts, the longest first; never matches where there are none. */
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = texts.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map(RegExp.escape).join("|") || "(?!)"})`, "gu");
}
