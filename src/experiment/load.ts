/** @file Loads an experiment file. */
import { isAbsolute, resolve as absolute } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";
import { isExperiment } from "./experiment.ts";
import { nearest } from "./nearest.ts";
import { show } from "./problems.ts";
import type { ResolvedExperiment } from "./schema.ts";

/** The first line of a stack that lies in the file, as `:line:column`; empty where none does. */
function place(error: unknown, url: string): string {
  const stack = error instanceof Error ? stripVTControlCharacters(error.stack ?? "") : "";
  const at = stack.indexOf(`${url}:`);
  return at < 0 ? "" : /^:\d+:\d+/.exec(stack.slice(at + url.length))?.[0] ?? "";
}

/** Lines of a message that are shown: a compiler's excerpt of the source is shorter. */
const SHOWN = 10;

/** Characters of a line that are shown. */
const WIDEST = 500;

/** An error's message without what Deno puts there of a stack: the colours, and the places in this file. */
function plain({ message }: Error, url: string): string {
  const lines = stripVTControlCharacters(message).split("\n")
    .filter((line) => !line.startsWith(`    at ${url}:`))
    .map((line) => line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line);
  const more = lines.length - SHOWN;
  return (more > 1 ? [...lines.slice(0, SHOWN), `and ${more} more lines`] : lines).join("\n");
}

/** Throws where a path is no readable file, naming the nearest file beside it. */
async function checkReadable(path: string): Promise<void> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) throw new InputError(`${path}: is a folder; expected an experiment file`);
    (await Deno.open(path)).close();
  } catch (error) {
    if (error instanceof InputError) throw error;
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new InputError(`${path}: cannot be read: ${fileReason(error)}`);
    }
    const slash = path.lastIndexOf("/") + 1;
    const beside: string[] = [];
    try {
      for (const entry of Deno.readDirSync(path.slice(0, slash) || ".")) beside.push(entry.name);
    } catch {
      // The folder is missing too: there is nothing to suggest.
    }
    // Compared without what all have: of a short name, the ending would be most.
    const names = beside.flatMap((name) => /^(.+)\.ts$/.exec(name)?.[1] ?? []);
    const near = nearest(path.slice(slash).replace(/\.ts$/, ""), names);
    const advice = near ? `; did you mean ${path.slice(0, slash)}${near}.ts?` : "";
    throw new InputError(`${path}: no such file${advice}`);
  }
}

/**
 * Imports an experiment file and returns what it exports by default. The file is a program of the user's: it runs.
 *
 * @param path Relative to the working directory, or absolute.
 * @throws {InputError} Naming the file, when it cannot be read, throws on import, or exports no experiment.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => loadExperiment("none.ts"), Error, "none.ts: no such file");
 * ```
 */
export async function loadExperiment(path: string): Promise<ResolvedExperiment> {
  await checkReadable(path);
  const url = pathToFileURL(isAbsolute(path) ? path : absolute(path)).href;
  let module: Record<string, unknown>;
  try {
    module = await import(url);
  } catch (error) {
    // By name: the file may import another copy of this package.
    if (error instanceof Error && error.name === "InputError") {
      throw new InputError(`${path}${place(error, url)}: ${error.message}`);
    }
    const what = error instanceof Error ? `${error.name}: ${plain(error, url)}` : show(error);
    throw new InputError(`${path}${place(error, url)}: threw when it was imported: ${what}`);
  }
  if (!("default" in module)) {
    throw new InputError(
      `${path}: has no default export; expected \`export default experiment({…})\``,
    );
  }
  if (!isExperiment(module.default)) {
    throw new InputError(
      `${path}: its default export is ${show(module.default)}; ` +
        "expected what experiment({…}) returns",
    );
  }
  return module.default;
}
