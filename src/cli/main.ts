/** @file What every command shares: how it parses its arguments, and how it ends. */
import { CommanderError } from "commander";
import { InputError } from "../errors.ts";
import { toGlyphs } from "../results/glyphs.ts";

/** How a command ends after an error: what to print on stderr, and the process's exit code. */
export interface Ending {
  /** Lines for stderr; empty where everything was said already. */
  readonly message: string;
  /** 0 after `--help`, 2 for what the user can mend, 1 for a fault of ours. */
  readonly exitCode: number;
}

/** What {@link prepareCommand} needs of a commander `Command`. */
export interface Program {
  /** Makes the program throw where it would end the process. */
  exitOverride(): unknown;
  /** Sets how `--help` is laid out. */
  configureHelp(configuration: { helpWidth: number }): unknown;
  /** Sets whether the program may write in colours. */
  configureOutput(
    configuration: { getOutHasColors: () => boolean; getErrHasColors: () => boolean },
  ): unknown;
}

/**
 * Makes a commander program throw instead of ending the process, so that {@link runCli} alone decides the exit
 * code, and lays its help out in 100 columns, without colours: to find out whether the terminal has them, commander would
 * read environment variables, which a command may not be allowed to. Returns the same program.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Command } from "commander";
 *
 * const program = prepareCommand(new Command("data")).argument("<file>");
 * program.parse(["solutions.jsonl"], { from: "user" });
 * assertEquals(program.args, ["solutions.jsonl"]);
 * ```
 */
export function prepareCommand<P extends Program>(program: P): P {
  program.exitOverride();
  program.configureHelp({ helpWidth: 100 });
  program.configureOutput({ getOutHasColors: () => false, getErrHasColors: () => false });
  return program;
}

/**
 * What an error means for the process. {@link InputError}: one line and 2. A usage error of commander: 2, and
 * no line, because commander has printed its own. A reader that went away (`| head`): silence and 0. Anything
 * else: the stack and 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { InputError } from "../errors.ts";
 *
 * assertEquals(endingOf(new InputError("a.jsonl:3: not JSON")), {
 *   message: "error: a.jsonl:3: not JSON",
 *   exitCode: 2,
 * });
 * ```
 */
export function endingOf(error: unknown): Ending {
  if (error instanceof InputError) return { message: `error: ${safe(error.message)}`, exitCode: 2 };
  if (error instanceof CommanderError) {
    return { message: "", exitCode: error.exitCode === 0 ? 0 : 2 };
  }
  if (error instanceof Deno.errors.BrokenPipe) return { message: "", exitCode: 0 };
  const message = error instanceof Error ? error.stack ?? String(error) : String(error);
  return { message, exitCode: 1 };
}

/** A message may quote a file: what could steer the terminal is shown as an escape. */
function safe(message: string): string {
  return toGlyphs(message).map(({ text }) => text).join("");
}

/**
 * Runs a command's body and ends the process as {@link endingOf} says when it throws. Commands call it once, under
 * `if (import.meta.main)`.
 *
 * @example
 * ```ts
 * await runCli(() => console.assert(1 + 1 === 2));
 * ```
 */
export async function runCli(body: () => unknown): Promise<void> {
  try {
    await body();
  } catch (error) {
    const { message, exitCode } = endingOf(error);
    if (message !== "") console.error(message);
    Deno.exit(exitCode);
  }
}
