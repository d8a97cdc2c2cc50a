/** @file Leaving out what is too long for a policy, and saying so: nothing is ever cut. */
import { InputError } from "../../errors.ts";
import { requireRoom, type RoomBound, type RoomNeed } from "../../policy/room.ts";
import { lengthOf, type Sequence } from "./ruler.ts";

/** A prompt that is not used. */
export interface DroppedPrompt {
  /** Id of the problem or the step instance. */
  readonly id: string;
  /** Why, as a ledger's code. */
  readonly reason: "prompt-too-long";
  /** How many tokens it has, with what follows it, and the bound. */
  readonly detail: string;
}

/** What fits, and what does not. */
export interface Fitting<T> {
  /** In their order. */
  readonly kept: readonly T[];
  /** In their order. */
  readonly dropped: readonly DroppedPrompt[];
  /** The longest of the dropped, and the bound that it breaks; null where none is dropped. */
  readonly longest: { readonly need: RoomNeed; readonly bound: RoomBound } | null;
}

/**
 * Divides items by whether their prompts, with what is to follow, are within some bounds. Those that cannot be too long are
 * not measured.
 *
 * @param items What is to fit.
 * @param sequenceOf An item's prompt with what is to follow it.
 * @param bounds Most tokens; of several, the first that is broken is named.
 * @throws {InputError} for a text that the tokenizer has no tokens for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = (id: string, prompt: number) =>
 *   ({ most: prompt + 9, measure: () => ({ id, prompt, more: 4, what: "maxTokens" }) });
 * const items = [sequence("a", 3), sequence("b", 30)];
 * const { kept, dropped } = fitting(items, (item) => item, [{ name: "microBatchTokens", tokens: 16 }]);
 * assertEquals(kept, items.slice(0, 1));
 * assertEquals(dropped, [{
 *   id: "b",
 *   reason: "prompt-too-long",
 *   detail: "a prompt of 30 tokens and maxTokens 4; microBatchTokens is 16",
 * }]);
 * ```
 */
export function fitting<T>(
  items: readonly T[],
  sequenceOf: (item: T) => Sequence,
  bounds: readonly RoomBound[],
): Fitting<T> {
  const kept: T[] = [];
  const dropped: DroppedPrompt[] = [];
  let longest: Fitting<T>["longest"] = null;
  for (const item of items) {
    const sequence = sequenceOf(item);
    const need = bounds.some(({ tokens }) => sequence.most > tokens) ? sequence.measure() : null;
    const bound = need && bounds.find(({ tokens }) => lengthOf(need) > tokens);
    if (!need || !bound) {
      kept.push(item);
      continue;
    }
    const { id, prompt, more, what } = need;
    const detail =
      `a prompt of ${prompt} tokens and ${what} ${more}; ${bound.name} is ${bound.tokens}`;
    dropped.push({ id, reason: "prompt-too-long", detail });
    if (longest === null || lengthOf(need) > lengthOf(longest.need)) longest = { need, bound };
  }
  return { kept, dropped, longest };
}

/**
 * Fails where too many are dropped, or all.
 *
 * @param share From 0 (none may be dropped) to 1.
 * @throws {InputError} as {@link requireRoom} for the longest, saying how many do not fit.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const need = { id: "b", prompt: 30, more: 4, what: "maxTokens" };
 * const one = { most: 34, measure: () => need };
 * const bounds = [{ name: "microBatchTokens", tokens: 16 }];
 * assertThrows(
 *   () => requireMostFit(fitting([one], (item) => item, bounds), 0.2),
 *   Error,
 *   "microBatchTokens: found 16; expected at least 34: b has a prompt of 30 tokens, and maxTokens is 4; " +
 *     "1 of 1 prompts do not fit, at most 20 % may be dropped",
 * );
 * ```
 */
export function requireMostFit(
  { kept, dropped, longest }: Fitting<unknown>,
  share: number,
): void {
  const all = kept.length + dropped.length;
  if (longest === null || (kept.length > 0 && dropped.length <= share * all)) return;
  try {
    requireRoom(longest.need, [longest.bound]);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const count = `${dropped.length} of ${all} prompts do not fit`;
    throw new InputError(`${error.message}; ${count}, at most ${100 * share} % may be dropped`);
  }
}
