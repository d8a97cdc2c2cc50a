/** @file Executes a notebook from its first cell to its last. */
import { dirname } from "node:path";
import { InputError } from "../errors.ts";
import { cellLine } from "./cell_place.ts";
import type { Notebook, NotebookCell } from "./ipynb.ts";
import { DenoKernel, type Execution, KernelError, LostCell } from "./kernel.ts";
import type { CellOutput, ErrorOutput } from "./outputs.ts";

/** How a notebook is executed. */
export interface RunOptions {
  /** Its file: errors name it, and its folder is the kernel's. */
  readonly file: string;
  /**
   * How long one cell may take, in milliseconds. A cell that trains takes as long as it takes; one that hangs must not hold
   * up a machine that nobody looks at.
   */
  readonly timeoutMs: number;
  /** Ends the kernel. */
  readonly signal?: AbortSignal;
  /** Program and arguments of the kernel. Default: this Deno's own. */
  readonly kernel?: readonly string[];
  /** Called before each code cell with its place among these, from 1. */
  onCell?(place: number, of: number): void;
  /** Called with what the kernel's process writes itself. */
  onText?(text: string): void;
}

/** A notebook after its execution. */
export interface ExecutedNotebook {
  /** With the outputs that there are; cells after a failure have none. */
  readonly notebook: Notebook;
  /** Why it did not run to its end, with the notebook's file, the cell and the line; null where it did. */
  readonly failure: string | null;
}

/**
 * Executes the code cells in order, in a kernel of their own, up to the first that throws.
 *
 * @throws {InputError} where no kernel can be started.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { cell_type: "code", id: "sum", metadata: {}, source: "1 + 1", outputs: [] } as const;
 * const { notebook, failure } = await runNotebook({ cells: [cell], metadata: {} }, { file: "sum.ipynb", timeoutMs: 30_000 });
 * assertEquals([failure, notebook.cells[0]?.execution_count], [null, 1]);
 * ```
 */
export async function runNotebook(
  { cells, metadata }: Notebook,
  options: RunOptions,
): Promise<ExecutedNotebook> {
  const { file, timeoutMs, signal, kernel: command, onCell, onText = () => {} } = options;
  signal?.throwIfAborted();
  await using kernel = await start({
    cwd: dirname(file),
    onText,
    ...command === undefined ? {} : { command },
  }, file);
  const stop = () => void kernel[Symbol.asyncDispose]();
  signal?.addEventListener("abort", stop);
  try {
    const done: NotebookCell[] = [];
    const codes = cells.filter(isCode).length;
    let failure: string | null = null;
    let place = 0;
    for (const [index, cell] of cells.entries()) {
      if (!isCode(cell) || failure !== null) {
        done.push(isCode(cell) ? { ...cell, outputs: [], execution_count: null } : cell);
        continue;
      }
      onCell?.(++place, codes);
      const where = `${file}: cell ${index + 1} (${cell.id})`;
      const { outputs, count, fault } = await attempt(kernel, cell.source, timeoutMs);
      signal?.throwIfAborted();
      done.push({ ...cell, outputs, execution_count: count });
      failure = fault === null ? null : `${where}${fault}`;
    }
    return { notebook: { cells: done, metadata }, failure };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

async function start(
  options: Parameters<typeof DenoKernel.start>[0],
  file: string,
): Promise<DenoKernel> {
  try {
    return await DenoKernel.start(options);
  } catch (error) {
    if (error instanceof KernelError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

/** A cell's outputs, and what follows its name in an error. */
interface Attempt {
  readonly outputs: readonly CellOutput[];
  readonly count: number | null;
  readonly fault: string | null;
}

async function attempt(kernel: DenoKernel, code: string, timeoutMs: number): Promise<Attempt> {
  let execution: Execution;
  try {
    execution = await kernel.execute(code, timeoutMs);
  } catch (error) {
    if (!(error instanceof LostCell)) throw error;
    return { outputs: error.outputs, count: null, fault: `: ${error.message}` };
  }
  const { outputs, count, ok } = execution;
  if (ok) return { outputs, count, fault: null };
  const thrown = outputs.find((output): output is ErrorOutput => output.output_type === "error");
  const line = cellLine(code, thrown ?? null);
  const at = line === null ? "" : `, line ${line}: ${code.split("\n")[line - 1]?.trim() ?? ""}`;
  if (thrown !== undefined) {
    return { outputs, count, fault: `${at}\n  ${thrown.ename}: ${thrown.evalue}` };
  }
  // The kernel shows nothing of a cell that it cannot parse.
  const said = { ename: "SyntaxError", evalue: "the cell is not TypeScript", traceback: [] };
  const error: ErrorOutput = { output_type: "error", ...said };
  return { outputs: [...outputs, error], count, fault: `${at}\n  ${said.ename}: ${said.evalue}` };
}

function isCode({ cell_type }: NotebookCell): boolean {
  return cell_type === "code";
}
