/** @file Byte-level BPE: how text is cut into words, and the printable character of every byte. */

/** A step that cuts text by a pattern, as `tokenizer.json` holds it. */
export interface SplitStep {
  /** What the step does. */
  readonly type: "Split";
  /** The words, as an Oniguruma regular expression. */
  readonly pattern: {
    /** Its source. */
    readonly Regex: string;
  };
  /** Matches, and what is between them, become pieces of their own. */
  readonly behavior: "Isolated";
  /** Matches are the words, not what is between them. */
  readonly invert: false;
}

/** A step that writes every byte of a piece as its character, without cutting it. */
export interface ByteLevelStep {
  /** What the step does. */
  readonly type: "ByteLevel";
  /** Text is left as it is. */
  readonly add_prefix_space: false;
  /** Concerns offsets only. */
  readonly trim_offsets: false;
  /** No pattern of its own. */
  readonly use_regex: false;
}

const split = (pattern: string): SplitStep => ({
  type: "Split",
  pattern: { Regex: pattern },
  behavior: "Isolated",
  invert: false,
});

const BYTES_ONLY: ByteLevelStep = {
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: false,
  use_regex: false,
};

/**
 * The `ByteLevel` pre-tokenizer with its own pattern, GPT-2's, in two steps. JavaScript's `\s`, which the package's
 * one-step form goes by, has U+FEFF and lacks U+0085; the pattern of a `Split` step means what it means in the Rust
 * library.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(GPT2_STEPS.map((step) => step.type), ["Split", "ByteLevel"]);
 * ```
 */
export const GPT2_STEPS: readonly [SplitStep, ByteLevelStep] = [
  split(
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  ),
  BYTES_ONLY,
];

/**
 * Qwen2's pre-tokenizer. Tokenizers made here have it, and Qwen2's normalisation (NFC), because `AutoTokenizer` of
 * `transformers` 5 puts them into every tokenizer that lies beside a Qwen2 `config.json`, whatever `tokenizer.json` says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(QWEN2_STEPS.map((step) => step.type), ["Split", "ByteLevel"]);
 * ```
 */
export const QWEN2_STEPS: readonly [SplitStep, ByteLevelStep] = [
  split(
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" +
      "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  ),
  BYTES_ONLY,
];

/** Bytes that stand for themselves, as ranges; the others take the characters from U+0100 up, in their order. */
const PRINTABLE = [[0x21, 0x7e], [0xa1, 0xac], [0xae, 0xff]] as const;

/**
 * The character of each byte: `BYTE_CHARACTERS[byte]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(BYTE_CHARACTERS[0x41], "A");
 * assertEquals(BYTE_CHARACTERS[0x20], "Ġ");
 * ```
 */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = PRINTABLE.some(([first, last]) => byte >= first && byte <= last);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const BYTE_OF = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/**
 * The bytes that a byte-level token stands for; null where it holds a character of no byte.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(bytesOfToken("ĠA"), Uint8Array.of(0x20, 0x41));
 * assertEquals(bytesOfToken("→"), null);
 * ```
 */
export function bytesOfToken(token: string): Uint8Array<ArrayBuffer> | null {
  const bytes = Array.from(token, (character) => BYTE_OF.get(character));
  return bytes.includes(undefined) ? null : Uint8Array.from(bytes as number[]);
}
