import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { runNotebook } from "../../src/notebook/run_notebook.ts";
import { notebookOf } from "./fixtures.ts";

const options = { file: "nb/x.ipynb", timeoutMs: 60_000 };
const dir = await Deno.makeTempDir();
await Deno.mkdir(`${dir}/nb`);
const at = { ...options, file: `${dir}/nb/x.ipynb` };

/** Whether a process is there. */
async function alive(pid: number): Promise<boolean> {
  const status = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => null);
  return status !== null && !/\) Z /.test(status);
}

Deno.test("runNotebook() keeps one scope, the notebook's folder, and the order of all outputs", async () => {
  const { notebook, failure } = await runNotebook(
    notebookOf(
      "const kept: number = 40; console.log(Deno.cwd().endsWith('nb'));",
      "console.log('one'); console.error('two'); await Deno.jupyter.display({ 'text/html': '<b>three</b>' }, { raw: true }); console.log('four'); kept + 2",
    ),
    at,
  );
  assertEquals(failure, null);
  assertEquals(notebook.cells.map(({ execution_count }) => execution_count), [1, 2]);
  assertEquals(notebook.cells[0]?.outputs, [
    { output_type: "stream", name: "stdout", text: "true\n" },
  ]);
  assertEquals(notebook.cells[1]?.outputs, [
    { output_type: "stream", name: "stdout", text: "one\n" },
    { output_type: "stream", name: "stderr", text: "two\n" },
    { output_type: "display_data", data: { "text/html": "<b>three</b>" }, metadata: {} },
    { output_type: "stream", name: "stdout", text: "four\n" },
    {
      output_type: "execute_result",
      data: { "text/plain": "42" },
      metadata: {},
      execution_count: 2,
    },
  ]);
});

Deno.test("runNotebook() loses nothing of many lines, of one long one, and of what comes without being waited for", async () => {
  const lines = 3000;
  const { notebook, failure } = await runNotebook(
    notebookOf(
      `for (let i = 0; i < ${lines}; i++) console.log("line " + i);`,
      `console.log("x".repeat(5_000_000));`,
      // Not awaited: the kernel is idle before it is displayed.
      `for (let i = 0; i < 200; i++) Deno.jupyter.display({ "text/plain": String(i) }, { raw: true }); undefined`,
      `"last"`,
    ),
    at,
  );
  assertEquals(failure, null);
  const [many, long, displays, last] = notebook.cells.map(({ outputs }) => outputs ?? []);
  const text = (outputs: typeof many) =>
    outputs?.map((output) => output.output_type === "stream" ? output.text : "").join("");
  assertEquals(text(many), Array.from({ length: lines }, (_, i) => `line ${i}\n`).join(""));
  assertEquals(text(long) === "x".repeat(5_000_000) + "\n", true);
  assertEquals(
    displays?.flatMap((output) =>
      output.output_type === "display_data" ? [output.data["text/plain"]] : []
    ),
    Array.from({ length: 200 }, (_, i) => String(i)),
  );
  assertEquals(last?.length, 1);
});

Deno.test("runNotebook() ends at the cell that throws, keeps what was put out, and names notebook, cell and line", async () => {
  const { notebook, failure } = await runNotebook(
    notebookOf("1", "type T = {\n  a: 1;\n};\nconsole.log('before');\nnull!.x;", "2"),
    at,
  );
  assertEquals(
    failure?.split("\n"),
    [
      `${at.file}: cell 2 (c2), line 5: null!.x;`,
      "  TypeError: Cannot read properties of null (reading 'x')",
    ],
  );
  const kinds = notebook.cells.map(({ outputs }) => outputs?.map((o) => o.output_type));
  assertEquals(kinds, [["execute_result"], ["stream", "error"], []]);
  assertEquals(notebook.cells[2]?.execution_count, null);
});

Deno.test("runNotebook() names the line of a cell that is no TypeScript, of which the kernel shows nothing", async () => {
  const { notebook, failure } = await runNotebook(notebookOf("const a = 1;\nconst b = ;"), at);
  assertStringIncludes(failure ?? "", "cell 1 (c1), line 2: const b = ;\n  SyntaxError");
  assertEquals(notebook.cells[0]?.outputs?.map(({ output_type }) => output_type), ["error"]);
});

Deno.test("runNotebook() fails where a display throws, though the cell ran to its end", async () => {
  const code = "({ [Symbol.for('Jupyter.display')]() { throw new RangeError('no picture'); } })";
  const { failure } = await runNotebook(notebookOf(code), at);
  assertStringIncludes(failure ?? "", "RangeError: no picture");
});

Deno.test("runNotebook() ends a cell that hangs, and its kernel", async () => {
  let pid = 0;
  const { notebook, failure } = await runNotebook(
    notebookOf("console.log(Deno.pid)", "console.log('busy'); while (true);"),
    { ...at, timeoutMs: 3000 },
  );
  const [first] = notebook.cells[0]?.outputs ?? [];
  if (first?.output_type === "stream") pid = Number(first.text);
  assertEquals(failure, `${at.file}: cell 2 (c2): no answer within 3 s`);
  assertEquals([pid > 0, await alive(pid)], [true, false]);
});

Deno.test("runNotebook() says how a kernel ended that a cell has ended", async () => {
  const { failure } = await runNotebook(notebookOf("console.log('x'); Deno.exit(3);"), at);
  assertEquals(failure, `${at.file}: cell 1 (c1): the kernel's process ended with code 3`);
  const killed = await runNotebook(notebookOf("Deno.kill(Deno.pid, 'SIGKILL')"), at);
  assertStringIncludes(killed.failure ?? "", "the kernel's process was ended by SIGKILL");
});

Deno.test("runNotebook() does not depend on what cells make of console and of Deno.jupyter", async () => {
  const { notebook, failure } = await runNotebook(
    notebookOf("console.log = () => {}; Deno.jupyter.broadcast = () => {}; 1", "2"),
    at,
  );
  assertEquals([failure, notebook.cells[1]?.outputs?.length], [null, 1]);
});

Deno.test("runNotebook() ends its kernel when it is aborted", async () => {
  const controller = new AbortController();
  let text = "";
  const running = runNotebook(notebookOf("while (true);"), {
    ...at,
    signal: controller.signal,
    onCell: () => setTimeout(() => controller.abort(new Error("stopped")), 500),
    onText: (said) => text += said,
  });
  await assertRejects(() => running, Error, "stopped");
  assertEquals(text, "");
});

Deno.test("runNotebook() says so where no kernel starts", async () => {
  const kernel = [Deno.execPath(), "eval", "Deno.exit(7)"];
  await assertRejects(
    () => runNotebook(notebookOf("1"), { ...at, kernel }),
    InputError,
    "x.ipynb: the kernel's process ended with code 7",
  );
});
