/** @file Notebooks made of code alone. */
import type { Notebook } from "../../src/notebook/ipynb.ts";

/** A notebook with a code cell for each text, `c1`, `c2`, … */
export function notebookOf(...codes: readonly string[]): Notebook {
  return {
    metadata: {},
    cells: codes.map((source, index) => ({
      cell_type: "code",
      id: `c${index + 1}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  };
}
