/** @file What the engine cannot run, though it is a valid policy. */
import { InputError } from "../errors.ts";
import type { PolicyConfig } from "./config.ts";

/**
 * Fails unless the engine can run a policy of this shape: the attention kernel that decodes takes heads whose width is a
 * multiple of 16.
 *
 * @param config The policy's shape.
 * @param where Names its file in an error.
 * @throws {InputError} where it cannot.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * checkRunnable({ headDim: 64 }, "config.json");
 * assertThrows(() => checkRunnable({ headDim: 24 }, "config.json"), Error, "a multiple of 16, found 24");
 * ```
 */
export function checkRunnable({ headDim }: Pick<PolicyConfig, "headDim">, where: string): void {
  if (headDim % 16 === 0) return;
  throw new InputError(`${where}: head_dim: expected a multiple of 16, found ${headDim}`);
}
