/** @file The files of a sentence encoder in a Hugging Face folder. */
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";

/** Paths of what an encoder is made of. */
export interface EncoderFiles {
  /** The ONNX model. */
  readonly model: string;
  /** The tokenizer. */
  readonly tokenizer: string;
  /** The model's shape. */
  readonly config: string;
}

/** Where exports put the model, first choice first. */
const MODELS = ["onnx/model.onnx", "model.onnx"];

/**
 * Finds an encoder's files.
 *
 * @throws {InputError} where the folder lacks one.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => encoderFiles("none"), Error, "none/tokenizer.json: cannot be read: there is no such file");
 * ```
 */
export async function encoderFiles(folder: string): Promise<EncoderFiles> {
  const files = { tokenizer: `${folder}/tokenizer.json`, config: `${folder}/config.json` };
  for (const path of Object.values(files)) await requireFile(path);
  for (const name of MODELS) {
    const model = `${folder}/${name}`;
    const found = await Deno.stat(model).then((info) => info.isFile, () => false);
    if (found) return { ...files, model };
  }
  throw new InputError(`${folder}: expected ${MODELS.join(" or ")}, found neither`);
}

async function requireFile(path: string): Promise<void> {
  try {
    (await Deno.open(path)).close();
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${fileReason(error)}`);
  }
}
