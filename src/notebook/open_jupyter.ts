/** @file Registers the Deno kernel, and opens Jupyter. */
import { InputError } from "../errors.ts";

/** What a command came to; null where there is no such program. */
export type RunCommand = (program: string, args: readonly string[]) => Promise<number | null>;

/** Front ends, the first that is installed is opened. */
const FRONT_ENDS = ["lab", "notebook"] as const;

/**
 * Registers the kernel of this Deno under the name `deno`, as notebooks ask for it, and opens JupyterLab, or where that is not
 * installed Jupyter Notebook.
 *
 * @param path Notebook or folder to open.
 * @param run Runs a command to its end.
 * @throws {InputError} where Jupyter is not installed, with the command that installs it, or the kernel cannot be registered.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => openJupyter("notebooks", () => Promise.resolve(null)), Error, "pip install jupyterlab");
 * ```
 */
export async function openJupyter(path: string, run: RunCommand): Promise<number> {
  const front = await frontEnd(run);
  if (front === null) {
    throw new InputError(
      "Jupyter is not installed; install it with\n  pip install jupyterlab\n" +
        "(notebooks also open in VS Code with its Jupyter extension, and\n" +
        "  deno task notebook --run\nexecutes them without either)",
    );
  }
  const registered = await run(Deno.execPath(), ["jupyter", "-q", "--install", "--force"]);
  if (registered !== 0) {
    throw new InputError(`deno jupyter --install: ended with code ${registered}; expected 0`);
  }
  return await run("jupyter", [front, path]) ?? 1;
}

async function frontEnd(run: RunCommand): Promise<string | null> {
  for (const name of FRONT_ENDS) {
    if (await run("jupyter", [name, "--version"]) === 0) return name;
  }
  return null;
}
