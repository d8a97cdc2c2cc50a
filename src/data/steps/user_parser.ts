/** @file A parser that the user wrote, in a TypeScript module of their own. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { InputError } from "../../errors.ts";
import { fileReason } from "../../file_reason.ts";
import { describeIssue } from "../check_row.ts";
import type { ExpertStep } from "../trajectory.ts";
import { fault, type StepParser } from "./parser.ts";

const filled = z.string().refine((text) => text.trim() !== "", { error: "expected some text" });

const expertStep = z.strictObject({
  action: filled,
  title: filled.optional(),
  thought: z.string().optional(),
  observation: z.string().optional(),
});

const result = z.array(z.union([filled, expertStep], {
  error: "expected a text, or an object { action, title?, thought?, observation? }",
})).min(1, { error: "expected at least one step, or null for a solution without steps" });

/**
 * Loads a parser from a module whose default export is a function: from a solution (a text, or the messages of an agent) to
 * its steps, each a text or `{ action, title?, thought?, observation? }`; or to null for a solution that is to be dropped, with
 * the reason `refused` in the ledger. What the function returns is checked.
 *
 * @param path The module, relative to the working directory.
 * @throws {InputError} where the module cannot be loaded or has no such function; and, from the parser, where the function throws or
 * returns something else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".ts" });
 * await Deno.writeTextFile(path, 'export default (text: string) => text.split(";");');
 * const parser = await loadUserParser(path);
 * assertEquals(parser("x = 6; done"), {
 *   ok: true,
 *   steps: [{ action: "x = 6" }, { action: "done" }],
 *   intro: "",
 * });
 * ```
 */
export async function loadUserParser(path: string): Promise<StepParser> {
  const parse = await importDefault(path);
  return (solution) => {
    let found: unknown;
    try {
      found = parse(solution);
    } catch (error) {
      throw new InputError(`parser ${path}: threw ${String(error)}`);
    }
    if (found === null) return fault("refused");
    const checked = result.safeParse(found);
    if (!checked.success) {
      const issue = checked.error.issues[0]!;
      // A list that is no list has no field to name.
      const what = issue.path.length > 0
        ? describeIssue(issue, found)
        : found instanceof Promise
        ? "expected a list of steps, found a promise: the function must not be async"
        : Array.isArray(found)
        ? issue.message
        : `expected a list of steps, or null, found ${
          found === undefined ? "nothing" : typeof found
        }`;
      throw new InputError(`parser ${path}: returned a wrong result: ${what}`);
    }
    return { ok: true, steps: checked.data.map(stepOf), intro: "" };
  };
}

function stepOf(step: z.infer<typeof result>[number]): ExpertStep {
  if (typeof step === "string") return { action: step.trim() };
  const { action, title, thought, observation } = step;
  return {
    action: action.trim(),
    ...(title === undefined ? {} : { title: title.trim() }),
    ...(thought === undefined ? {} : { thought }),
    ...(observation === undefined ? {} : { observation }),
  };
}

async function importDefault(path: string): Promise<(solution: unknown) => unknown> {
  try {
    (await Deno.open(path)).close();
  } catch (error) {
    throw new InputError(`parser ${path}: cannot be read: ${fileReason(error)}`);
  }
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    throw new InputError(`parser ${path}: cannot be loaded: ${(error as Error).message}`);
  }
  if (typeof module.default !== "function") {
    throw new InputError(
      `parser ${path}: expected a function as default export, found ${
        "default" in module
          ? typeof module.default
          : `exports ${Object.keys(module).join(", ") || "none"}`
      }`,
    );
  }
  return module.default as (solution: unknown) => unknown;
}
