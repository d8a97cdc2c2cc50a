/** @file Content hashes of a stage's inputs on disk. */
import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";
import { CHECKPOINT_TEXTS } from "../policy/hub_checkpoint.ts";
import { encoderFiles } from "../rewards/encoder_files.ts";
import { hashFile } from "../hash_file.ts";

/** Whether a checkpoint's meaning is in a file: config, weights, tokenizer, chat template. What else lies beside them is not read. */
const isRead = (name: string) =>
  CHECKPOINT_TEXTS.includes(name) || /^[^.].*\.safetensors$/.test(name);

/**
 * SHA-256 over the contents of a sentence encoder's files, in hexadecimal.
 *
 * @param what Names the field in the error, e.g. `arms.srl[0].reward.model`.
 * @throws {InputError} When one of them is missing.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => hashEncoder("none", "reward.model"), Error, "reward.model: none/tokenizer.json");
 * ```
 */
export async function hashEncoder(folder: string, what: string): Promise<string> {
  const files = await encoderFiles(folder).catch((error) => {
    throw new InputError(`${what}: ${error.message}`);
  });
  const hash = createHash("sha256");
  for (const path of [files.model, files.tokenizer, files.config]) {
    hash.update(`${await hashFile(path, what)}\n`);
  }
  return hash.digest("hex");
}

/**
 * SHA-256 over the names and contents of a checkpoint's files, in hexadecimal.
 *
 * @param what Names the field in the error, e.g. `policy.1m`.
 * @throws {InputError} When it is no folder, or lacks `config.json` or weights.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => hashCheckpoint("none", "policy.1m"), Error, "policy.1m: cannot read");
 * ```
 */
export async function hashCheckpoint(folder: string, what: string): Promise<string> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (isRead(name)) names.push(name);
    }
  } catch (error) {
    throw new InputError(
      `${what}: cannot read ${folder}: ${
        error instanceof Deno.errors.NotFound ? "there is no such folder" : fileReason(error)
      }`,
    );
  }
  const missing = !names.includes("config.json")
    ? "config.json"
    : !names.some((name) => name.endsWith(".safetensors"))
    ? "weights (*.safetensors)"
    : undefined;
  if (missing) {
    throw new InputError(
      `${what}: ${folder} has no ${missing}; expected a Hugging Face checkpoint`,
    );
  }
  const hash = createHash("sha256");
  for (const name of names.sort()) {
    hash.update(`${name}\0${await hashFile(`${folder}/${name}`, what)}\n`);
  }
  return hash.digest("hex");
}
