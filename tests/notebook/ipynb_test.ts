import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { formatNotebook, parseNotebook } from "../../src/notebook/ipynb.ts";

const file = (cells: readonly unknown[], rest: Record<string, unknown> = {}) =>
  JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...rest });
const code = (id: string, source: unknown) => ({ cell_type: "code", id, metadata: {}, source });

Deno.test("parseNotebook() reads text as a string or as lines, and leaves outputs out", () => {
  const { cells } = parseNotebook(
    file([{ ...code("a", ["x\n", "y"]), outputs: [{ output_type: "stream" }] }, code("b", "z")]),
    "n.ipynb",
  );
  assertEquals(cells.map(({ source, outputs }) => [source, outputs]), [["x\ny", []], ["z", []]]);
});

Deno.test("parseNotebook() gives a cell without an id always the same one", () => {
  const old = file([{ cell_type: "markdown", metadata: {}, source: "# t" }], { nbformat_minor: 4 });
  const [first, second] = [0, 1].map(() => parseNotebook(old, "n.ipynb").cells[0]!.id);
  assertEquals([first, /^[0-9a-f]{8}$/.test(first!)], [second, true]);
});

Deno.test("parseNotebook() leaves out times that editors keep", () => {
  const cell = { ...code("a", "1"), metadata: { execution: { iopub: "2020" }, tags: ["x"] } };
  assertEquals(parseNotebook(file([cell]), "n.ipynb").cells[0]!.metadata, { tags: ["x"] });
});

for (
  const [what, json, message] of [
    ["no JSON", "{", "n.ipynb: not JSON"],
    ["a list", "[]", "n.ipynb: Invalid input"],
    ["nbformat 3", file([], { nbformat: 3 }), "n.ipynb: nbformat:"],
    [
      "a cell of no kind",
      file([{ ...code("a", "1"), cell_type: "heading" }]),
      "n.ipynb: cells.0.cell_type:",
    ],
    ["a source that is a number", file([code("a", 3)]), "n.ipynb: cells.0.source:"],
    ["a broken id", file([code("a b", "1")]), "n.ipynb: cells.0.id:"],
    ["an id twice", file([code("a", "1"), code("a", "2")]), 'n.ipynb: cells.1.id: found "a" twice'],
    [
      "another kernel",
      file([], { metadata: { kernelspec: { name: "python3" } } }),
      'n.ipynb: metadata.kernelspec.name: found "python3"; expected "deno"',
    ],
  ] as const
) {
  Deno.test(`parseNotebook() refuses ${what}`, () => {
    assertThrows(() => parseNotebook(json, "n.ipynb"), InputError, message);
  });
}

Deno.test("formatNotebook() writes what Jupyter writes: sorted keys, text as lines, images whole", () => {
  const text = formatNotebook({
    metadata: {},
    cells: [{
      cell_type: "code",
      id: "a",
      metadata: {},
      source: "1;\n2",
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: "x\ny\n" },
        {
          output_type: "display_data",
          data: {
            "text/plain": "p\nq",
            "image/png": "AA\nBB",
            "application/json": { b: 1, a: "c\nd" },
          },
          metadata: {},
        },
      ],
    }],
  });
  const [cell] = JSON.parse(text).cells;
  assertEquals(Object.keys(cell), [
    "cell_type",
    "execution_count",
    "id",
    "metadata",
    "outputs",
    "source",
  ]);
  assertEquals([cell.source, cell.outputs[0].text], [["1;\n", "2"], ["x\n", "y\n"]]);
  assertEquals(cell.outputs[1].data, {
    "application/json": { a: "c\nd", b: 1 },
    "image/png": "AA\nBB",
    "text/plain": ["p\n", "q"],
  });
  assertEquals(text.startsWith('{\n "cells": [\n'), true);
});

Deno.test("formatNotebook() undoes parseNotebook(): the same bytes again", () => {
  const once = formatNotebook(parseNotebook(file([code("a", "1;\n\n2\n")]), "n.ipynb"));
  assertEquals(formatNotebook(parseNotebook(once, "n.ipynb")), once);
});
