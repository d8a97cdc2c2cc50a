/** @file Loads a paper's declaration. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../errors.ts";
import { isPaper, type PaperDeclaration } from "./declaration.ts";

/**
 * Imports a paper's file and returns what it exports by default. The file is a program of the user's: it runs.
 *
 * @param path Relative to the working directory, or absolute.
 * @throws {InputError} naming the file, when it cannot be imported or exports no paper.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadPaper("none.ts"), Error, "none.ts: no such file");
 * ```
 */
export async function loadPaper(path: string): Promise<PaperDeclaration> {
  try {
    if (!(await Deno.stat(path)).isFile) throw new InputError(`${path}: is no file`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new InputError(`${path}: no such file`);
    throw error;
  }
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const { name, message } = error as Error;
    const what = name === "InputError"
      ? message
      : `threw when it was imported: ${name}: ${message}`;
    throw new InputError(`${path}: ${what}`);
  }
  if (isPaper(module.default)) return module.default;
  throw new InputError(`${path}: expected \`export default paper({…})\``);
}
