/** @file The resources that a reward cannot do without. */
import { InputError } from "../errors.ts";
import type { Encode, RewardResources, Verify } from "./resources.ts";

/**
 * The tokenizer.
 *
 * @throws {InputError} where there is none; `what` needs it.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => requireEncode({}, "bleu"), Error, "bleu: needs a tokenizer; found none");
 * ```
 */
export function requireEncode({ encode }: RewardResources, what: string): Encode {
  if (!encode) throw new InputError(`${what}: needs a tokenizer; found none`);
  return encode;
}

/**
 * The verifier.
 *
 * @throws {InputError} where there is none; `what` needs it.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => requireVerify({}, "answer"), Error, "answer: needs a verifier; found none");
 * ```
 */
export function requireVerify({ verify }: RewardResources, what: string): Verify {
  if (!verify) throw new InputError(`${what}: needs a verifier; found none`);
  return verify;
}
