/** @file Measuring the longest of many sequences, without measuring them all. */
import type { Demonstration } from "../../domains/task.ts";
import { InputError } from "../../errors.ts";
import type { Prompt } from "../../policy/prompt_encoder.ts";
import { requireRoom, type RoomBound, type RoomNeed } from "../../policy/room.ts";
import { demonstrationNeed, encodeDemonstration } from "./demonstrations.ts";
import type { PolicyStart } from "./start_policy.ts";

/** A prompt with what is to follow it. */
export interface Sequence {
  /** More tokens than this it cannot have. */
  readonly most: number;
  /** Measures it. Throws {@link InputError} for a text that the tokenizer has no tokens for. */
  measure(): RoomNeed;
}

/** Measures sequences with the tokenizer of a policy. */
export class Ruler {
  /** Tokens of a text by itself. */
  readonly countTokens = (text: string): number => this.#start.tokenizer.encode(text).length;
  readonly #start: PolicyStart;
  readonly #path: string;
  readonly #lengths = new Map<string, number>();

  /** `path` names the policy in an error. */
  constructor(start: PolicyStart, path: string) {
    this.#start = start;
    this.#path = path;
  }

  /** A prompt and `more` tokens behind it, which `what` asks for. */
  prompt(id: string, asked: Prompt, more: number, what: string): Sequence {
    const key = `${asked.system}\0${asked.user}`;
    return this.#sequence(id, () => bytesOf(this.#start.prompts.render(asked)) + more, () => {
      // Arms share prompts: each is measured once.
      const prompt = this.#lengths.get(key) ?? this.#start.prompts.encode(asked).ids.length;
      this.#lengths.set(key, prompt);
      return { id, prompt, more, what };
    });
  }

  /** A prompt, behind what is said before every prompt, and the longest of its completions, which `what` calls for. */
  demonstration(id: string, system: string, example: Demonstration, what: string): Sequence {
    const { prompts } = this.#start;
    const { prompt, completions } = example;
    const bytes = () =>
      bytesOf(prompts.render({ system, user: prompt })) +
      Math.max(...completions.map((text) => bytesOf(prompts.completion(text))));
    return this.#sequence(id, bytes, () => ({
      ...demonstrationNeed(encodeDemonstration(this.#start, system, example), id),
      what,
    }));
  }

  #sequence(id: string, bytes: () => number, measured: () => RoomNeed): Sequence {
    const named = <T>(body: () => T): T => {
      try {
        return body();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new InputError(`${this.#path}: tokenizer: ${id}: ${error.message}`);
      }
    };
    const measure = () => named(measured);
    // Every token stands for a byte or more, but for the one that opens a sequence and the one that ends it.
    if (this.#start.tokenizer.complete) return { most: named(bytes) + 2, measure };
    // Where a text may be without tokens, each must be looked at.
    const need = measure();
    return { most: lengthOf(need), measure: () => need };
  }
}

/**
 * Fails where the longest of some sequences is above a bound. Those that are too short to be the longest are not measured.
 *
 * @throws {InputError} as {@link requireRoom}.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const sequence = (id: string, more: number) =>
 *   ({ most: 5 + more, measure: () => ({ id, prompt: 3, more, what: "maxTokens" }) });
 * const sequences = [sequence("a", 5), sequence("b", 7), sequence("c", 6)];
 * requireLongest(sequences, { name: "context", tokens: 10 });
 * assertThrows(
 *   () => requireLongest(sequences, { name: "context", tokens: 8 }),
 *   Error,
 *   "context: found 8; expected at least 10: b has a prompt of 3 tokens, and maxTokens is 7",
 * );
 * ```
 */
export function requireLongest(sequences: readonly Sequence[], bound: RoomBound): void {
  let longest: RoomNeed | null = null;
  let above = bound.tokens;
  for (const { most, measure } of sequences.toSorted((a, b) => b.most - a.most)) {
    if (most <= above) break;
    const need = measure();
    if (lengthOf(need) <= above) continue;
    longest = need;
    above = lengthOf(need);
  }
  if (longest) requireRoom(longest, [bound]);
}

/**
 * Tokens of the longest of some sequences; 0 of none. Those above `cap` are left out, and those that are too short to be the longest
 * are not measured.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = (id: string, more: number) =>
 *   ({ most: 5 + more, measure: () => ({ id, prompt: 3, more, what: "maxTokens" }) });
 * assertEquals(longestOf([sequence("a", 5), sequence("b", 7), sequence("c", 60)], 32), 10);
 * ```
 */
export function longestOf(sequences: readonly Sequence[], cap: number): number {
  let longest = 0;
  for (const { most, measure } of sequences.toSorted((a, b) => b.most - a.most)) {
    if (most <= longest) break;
    const length = lengthOf(measure());
    if (length <= cap) longest = Math.max(longest, length);
  }
  return longest;
}

/** Tokens of a sequence. */
export function lengthOf({ prompt, more }: RoomNeed): number {
  return prompt + more;
}

const encoder = new TextEncoder();

/** Bytes of a text as a tokenizer reads it: some change it to Unicode's NFC, which may be longer. */
function bytesOf(text: string): number {
  const composed = text.normalize("NFC");
  const length = encoder.encode(text).length;
  return composed === text ? length : Math.max(length, encoder.encode(composed).length);
}
