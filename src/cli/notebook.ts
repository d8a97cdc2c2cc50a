/** @file `deno task notebook`: opens notebooks in Jupyter, or executes them without. */
import { Command } from "commander";
import { InputError } from "../errors.ts";
import { readText, writeWhole } from "../files.ts";
import { formatNotebook, parseNotebook } from "../notebook/ipynb.ts";
import { openJupyter, type RunCommand } from "../notebook/open_jupyter.ts";
import { runNotebook } from "../notebook/run_notebook.ts";
import { prepareCommand, runCli } from "./main.ts";

const HELP = `
--run starts a Deno kernel for each notebook, executes its cells in order, and writes what they put out into the file. It ends
at the first cell that throws, and names notebook, cell and line. Neither Python nor Jupyter is needed.

Examples:
  deno task notebook                                  all notebooks in JupyterLab
  deno task notebook --run                            executes all of notebooks/
  deno task notebook --run notebooks/01-quickstart.ipynb
`;

/** Seconds that a cell may take: an experiment on two slow cores, and some. */
const TIMEOUT = "600";

/** What the command needs of the world. */
export interface NotebookHost {
  /** Folder of the notebooks that are meant where none is named. */
  readonly folder: string;
  /** Ends what runs. */
  readonly signal: AbortSignal;
  /** Runs a command to its end. */
  readonly run: RunCommand;
  /** Shows a line. */
  say(line: string): void;
  /** Shows what a kernel's process writes. */
  write(text: string): void;
}

interface Options {
  readonly run?: true;
  readonly check?: true;
  readonly timeout: string;
}

/**
 * The command.
 *
 * @param args What follows the command's name.
 * @returns The process's exit code.
 * @throws {InputError} for a notebook that cannot be read or fails, and as `openJupyter` does.
 */
export async function notebookCommand(
  args: readonly string[],
  host: NotebookHost,
): Promise<number> {
  const program = prepareCommand(new Command("deno task notebook"))
    .description("Opens notebooks in Jupyter with the Deno kernel, or executes them.")
    .argument("[files...]", `notebooks (default: ${host.folder}/)`)
    .option("--run", "execute instead, and write the outputs into the files")
    .option("--check", "with --run: leave the files as they are")
    .option("--timeout <seconds>", "with --run: how long one cell may take", TIMEOUT)
    .addHelpText("after", HELP)
    .parse(args, { from: "user" });
  const { run, check, timeout } = program.opts<Options>();
  const files = program.args;
  if (!run) {
    for (const name of ["check", "timeout"] as const) {
      if (program.getOptionValueSource(name) === "cli") {
        throw new InputError(`--${name}: found without --run; expected both`);
      }
    }
    if (files.length > 1) {
      throw new InputError(`found ${files.length} notebooks; expected one to open, or --run`);
    }
    return await openJupyter(files[0] ?? host.folder, host.run);
  }
  if (!/^[1-9]\d{0,5}$/.test(timeout)) {
    throw new InputError(
      `--timeout: found ${JSON.stringify(timeout)}; expected whole seconds from 1 to 999999`,
    );
  }
  for (const file of files.length > 0 ? files : await notebooksIn(host.folder)) {
    await execute(file, Number(timeout) * 1000, check === true, host);
  }
  return 0;
}

/** Executes one notebook, and keeps its outputs: of one that failed too, which then show where. */
async function execute(
  file: string,
  timeoutMs: number,
  check: boolean,
  { signal, say, write }: NotebookHost,
): Promise<void> {
  const begun = performance.now();
  const { notebook, failure } = await runNotebook(parseNotebook(await readText(file), file), {
    file,
    timeoutMs,
    signal,
    onText: write,
    onCell: (place, of) => say(`${file}: cell ${place} of ${of}`),
  });
  if (!check) await writeWhole(file, formatNotebook(notebook));
  if (failure !== null) throw new InputError(failure);
  say(`${file}: done in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

/** Notebooks of a folder, by name. */
async function notebooksIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  const files = names.filter((name) => name.endsWith(".ipynb")).sort();
  if (files.length === 0) throw new InputError(`${folder}: found no notebooks there`);
  return files.map((name) => `${folder}/${name}`);
}

/** Runs a command with this process's input and output; the questions that commands ask are its own. */
async function runCommand(program: string, args: readonly string[]): Promise<number | null> {
  const quiet = args.includes("--version");
  try {
    const { code } = await new Deno.Command(program, {
      args: [...args],
      stdin: "inherit",
      stdout: quiet ? "null" : "inherit",
      stderr: quiet ? "null" : "inherit",
    }).spawn().status;
    return code;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

if (import.meta.main) {
  await runCli(async () => {
    const controller = new AbortController();
    const executes = Deno.args.includes("--run");
    // Jupyter asks before it ends; what is executed ends with its kernel.
    Deno.addSignalListener("SIGINT", () => executes && controller.abort());
    const { signal } = controller;
    const code = await notebookCommand(Deno.args, {
      folder: "notebooks",
      signal,
      run: runCommand,
      say: (line) => console.log(line),
      write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
    }).catch((error) => {
      if (signal.aborted) return 130;
      throw error;
    });
    Deno.exit(code);
  });
}
