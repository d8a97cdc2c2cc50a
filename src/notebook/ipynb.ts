/** @file Notebook files (nbformat 4.5): checked on the way in, the same bytes for the same notebook on the way out. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { hashText } from "../hash_text.ts";
import type { CellOutput } from "./outputs.ts";

/** A cell. */
export interface NotebookCell {
  /** What it holds. */
  readonly cell_type: "code" | "markdown" | "raw";
  /** Unique in the notebook. */
  readonly id: string;
  /** What editors keep. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Its text. */
  readonly source: string;
  /** Only of code: what it put out. */
  readonly outputs?: readonly CellOutput[];
  /** Only of code: its number when it was run; null before. */
  readonly execution_count?: number | null;
}

/** A notebook. */
export interface Notebook {
  /** Its cells, in order. */
  readonly cells: readonly NotebookCell[];
  /** Its kernel, and what editors keep. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Text, as one string or as its lines. */
const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(""))]);

const cell = z.object({
  cell_type: z.enum(["code", "markdown", "raw"]),
  id: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/).optional(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  source: text,
  // Outputs are replaced, never read.
  outputs: z.array(z.unknown()).optional(),
});

const notebook = z.object({
  cells: z.array(cell),
  metadata: z.object({
    kernelspec: z.object({ name: z.string() }).loose().optional(),
  }).loose(),
  nbformat: z.literal(4),
  nbformat_minor: z.int().min(0),
});

/** Metadata that an editor writes anew with every run. */
const VOLATILE = ["execution", "ExecuteTime"];

/**
 * Reads a notebook for the Deno kernel, without its outputs. A cell without an id, as before nbformat 4.5, gets one that its
 * place and its text decide.
 *
 * @param file Its name in errors.
 * @throws {InputError} for what is no notebook, one of nbformat 3 or older, one for another kernel, or one with an id twice.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cell = { cell_type: "code", id: "sum", metadata: {}, source: ["1 +\n", " 1"], outputs: [], execution_count: 3 };
 * const json = JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 });
 * assertEquals(parseNotebook(json, "sum.ipynb").cells[0]?.source, "1 +\n 1");
 * ```
 */
export function parseNotebook(json: string, file: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new InputError(`${file}: not JSON (${(error as Error).message})`);
  }
  const { success, data, error } = notebook.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    const field = issue?.path.map(String).join(".") ?? "";
    throw new InputError(`${file}: ${field === "" ? "" : `${field}: `}${issue?.message}`);
  }
  const kernel = data.metadata.kernelspec?.name ?? "deno";
  if (kernel !== "deno") {
    throw new InputError(
      `${file}: metadata.kernelspec.name: found ${JSON.stringify(kernel)}; expected "deno"`,
    );
  }
  const cells = data.cells.map(({ cell_type, id, metadata, source }, index): NotebookCell => ({
    cell_type,
    id: id ?? hashText(`${index}\n${source}`).slice(0, 8),
    metadata: Object.fromEntries(
      Object.entries(metadata).filter(([key]) => !VOLATILE.includes(key)),
    ),
    source,
    ...cell_type === "code" ? { outputs: [], execution_count: null } : {},
  }));
  const ids = cells.map(({ id }) => id);
  const twice = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (twice >= 0) {
    throw new InputError(
      `${file}: cells.${twice}.id: found ${JSON.stringify(ids[twice])} twice; expected each once`,
    );
  }
  return { cells, metadata: data.metadata };
}

/**
 * A notebook as JSON, in the form in which Jupyter writes it: keys in alphabetical order, one space deeper per level, text as
 * lines, so that a difference shows which lines have changed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatNotebook({ cells: [], metadata: {} }).split("\n")[1], ' "cells": [],');
 * ```
 */
export function formatNotebook({ cells, metadata }: Notebook): string {
  const value = {
    cells: cells.map((cell) => ({
      ...cell,
      source: lines(cell.source),
      ...cell.outputs ? { outputs: cell.outputs.map(withLines) } : {},
    })),
    metadata: {
      ...metadata,
      kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
      language_info: {
        file_extension: ".ts",
        mimetype: "text/x.typescript",
        name: "typescript",
      },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(sorted(value), null, 1)}\n`;
}

/** Text of an output as lines. */
function withLines(output: CellOutput): unknown {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.entries(output.data).map(([type, value]) => [
    type,
    // An image is one line; JSON stays JSON.
    typeof value === "string" && !type.startsWith("image/png") ? lines(value) : value,
  ]);
  return { ...output, data: Object.fromEntries(data) };
}

/** Lines with their ends. */
function lines(source: string): string[] {
  return source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Objects with their keys in alphabetical order, to the leaves. Vega-Lite's specs mean the same in any order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
