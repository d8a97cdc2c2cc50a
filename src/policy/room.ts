/** @file Whether a prompt and what is to follow it fit: one rule, asked before a run and again in it. */
import { InputError } from "../errors.ts";
import type { PolicyConfig } from "./config.ts";

/** A prompt, and how much is to follow it. */
export interface RoomNeed {
  /** Id of the problem or the step instance. */
  readonly id: string;
  /** Tokens of the prompt. */
  readonly prompt: number;
  /** Tokens that must fit behind it. */
  readonly more: number;
  /** What those are: the field that asks for them, or the text that they are. */
  readonly what: string;
}

/** Most tokens of a sequence, prompt and completion together. */
export interface RoomBound {
  /** The field that sets it. */
  readonly name: string;
  /** How many. */
  readonly tokens: number;
}

/**
 * Fails for a prompt that is empty, or that does not fit with what is to follow it.
 *
 * @throws {InputError} naming the field that bounds it, what was found there, what was expected, and the prompt.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const context = { name: "max_position_embeddings", tokens: 8 };
 * requireRoom({ id: "p1", prompt: 3, more: 5, what: "maxTokens" }, [context]);
 * assertThrows(
 *   () => requireRoom({ id: "p1", prompt: 3, more: 6, what: "maxTokens" }, [context]),
 *   Error,
 *   "max_position_embeddings: found 8; expected at least 9: p1 has a prompt of 3 tokens, and maxTokens is 6",
 * );
 * ```
 */
export function requireRoom(
  { id, prompt, more, what }: RoomNeed,
  bounds: readonly RoomBound[],
): void {
  if (prompt === 0) throw new InputError(`${id}: expected a prompt, found none`);
  for (const { name, tokens } of bounds) {
    if (prompt + more <= tokens) continue;
    throw new InputError(
      `${name}: found ${tokens}; expected at least ${prompt + more}: ` +
        `${id} has a prompt of ${prompt} tokens, and ${what} is ${more}`,
    );
  }
}

/** The bound that a policy's context is. */
export function contextBound({ maxPositions }: Pick<PolicyConfig, "maxPositions">): RoomBound {
  return { name: "max_position_embeddings", tokens: maxPositions };
}

/**
 * Most tokens of a completion: as many as are asked for, or all that the context has left.
 *
 * @param config The policy's shape.
 * @param prompt Ids of the prompt.
 * @param wanted How many tokens the completion may take; null for as many as there are.
 * @param id Names the prompt in an error.
 * @throws {InputError} where they do not fit into the context behind the prompt.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(completionRoom({ maxPositions: 8 }, [5, 6, 7], 2, "p1"), 2);
 * assertEquals(completionRoom({ maxPositions: 8 }, [5, 6, 7], null, "p1"), 5);
 * assertThrows(() => completionRoom({ maxPositions: 8 }, [5, 6, 7], 6, "p1"), Error, "found 8");
 * ```
 */
export function completionRoom(
  config: Pick<PolicyConfig, "maxPositions">,
  prompt: readonly number[],
  wanted: number | null,
  id: string,
): number {
  requireRoom(completionNeed(id, prompt.length, wanted), [contextBound(config)]);
  return wanted ?? config.maxPositions - prompt.length;
}

/** What a completion of so many tokens needs, or of any number from one. */
export function completionNeed(
  id: string,
  prompt: number,
  wanted: number | null,
  what = "its budget",
): RoomNeed {
  return wanted === null
    ? { id, prompt, more: 1, what: "the shortest completion" }
    : { id, prompt, more: wanted, what };
}
