/** @file What a policy's context leaves for a completion. */
import { InputError } from "../errors.ts";
import type { PolicyConfig } from "./config.ts";

/**
 * Tokens that fit into the context behind a prompt; at least one.
 *
 * @param config The policy's shape.
 * @param prompt Ids of the prompt.
 * @param what Names the prompt in an error.
 * @throws {InputError} where the prompt fills the context, or is empty.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(roomBehind({ maxPositions: 8 }, [5, 6, 7], "p1"), 5);
 * assertThrows(() => roomBehind({ maxPositions: 3 }, [5, 6, 7], "p1"), Error, "p1: a prompt of 3 tokens");
 * ```
 */
export function roomBehind(
  { maxPositions }: Pick<PolicyConfig, "maxPositions">,
  prompt: readonly number[],
  what: string,
): number {
  if (prompt.length === 0) throw new InputError(`${what}: expected a prompt, found none`);
  if (prompt.length < maxPositions) return maxPositions - prompt.length;
  throw new InputError(
    `${what}: a prompt of ${prompt.length} tokens leaves no room in the policy's context ` +
      `(max_position_embeddings); expected at most ${maxPositions - 1}`,
  );
}
