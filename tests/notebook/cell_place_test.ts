import { assertEquals } from "@std/assert";
import { cellLine } from "../../src/notebook/cell_place.ts";
import { DenoKernel } from "../../src/notebook/kernel.ts";
import type { ErrorOutput } from "../../src/notebook/outputs.ts";

/** What a real kernel says, and the line that it is to be. */
const CASES: readonly (readonly [string, number])[] = [
  ["throw new Error('one');", 1],
  [
    "interface A {\n  b: number;\n}\n\n// words\n\nconst a: A = { b: 1 };\nthrow new Error(`${a.b}`);",
    8,
  ],
  ["import { basename,\n  dirname } from 'node:path';\n\nnull!.x;", 4],
  [
    "import type { Stats } from 'node:fs';\nimport { join as put } from 'node:path';\nput(3 as never);",
    3,
  ],
  [
    "function inner(n: number) {\n\n  if (n === 2) throw new Error('deep');\n  return n;\n}\n\n[\n  1,\n  2,\n].map(inner);",
    // A call is where its name is.
    10,
  ],
  ["const waits = async () => {\n  await 0;\n  throw new Error('later');\n};\n\nawait waits();", 6],
  ["const fine = 1;\n\nconst broken = ;", 3],
  ["nowhere", 1],
];

Deno.test("cellLine() finds the line of the cell that the kernel's stack means", async () => {
  await using kernel = await DenoKernel.start({ cwd: ".", onText: () => {} });
  for (const [code, line] of CASES) {
    const { outputs, ok } = await kernel.execute(code, 30_000);
    const error = outputs.find((output): output is ErrorOutput => output.output_type === "error");
    assertEquals([ok, cellLine(code, error ?? null)], [false, line], code);
  }
});

Deno.test("cellLine() is null where the stack names no line of a cell", () => {
  const traceback = ["Error: x", "    at Array.map (<anonymous>)", "    at f (file:///a.ts:3:4)"];
  assertEquals(cellLine("throw 'text'", { traceback }), null);
  assertEquals(cellLine("throw 'text'", null), null);
});

Deno.test("cellLine() takes hostile stacks and cells in their stride", () => {
  const long = "x".repeat(1_000_000);
  assertEquals(cellLine("1", { traceback: [long, `    at ${" ".repeat(1_000_000)}`] }), null);
  assertEquals(cellLine(`import ${" ".repeat(200_000)}`, null), 1);
  assertEquals(cellLine("1;", { traceback: ["    at <anonymous>:999999999:999999999"] }), null);
});
