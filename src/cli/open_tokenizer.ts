/** @file The tokenizer that a command's `--tokenizer` names. */
import type { Tokenizer } from "../policy/tokenizer/tokenizer.ts";

/**
 * Opens it. Tokenizers take a while to load, which a command without one does not wait for.
 *
 * @param where A checkpoint's folder, or `hf:owner/name[@revision]`.
 * @throws {InputError} for a tokenizer that cannot be read, naming the option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await openTokenizer("experiments/checkpoints/relay-base");
 * assertEquals(tokenizer.encode("a=1").length, 3);
 * ```
 */
export async function openTokenizer(where: string): Promise<Tokenizer> {
  const { checkpointFolder } = await import("../policy/hub_checkpoint.ts");
  const { Tokenizer } = await import("../policy/tokenizer/tokenizer.ts");
  return await Tokenizer.load(await checkpointFolder(where, "--tokenizer", "tokenizer"));
}
