import { assert, assertEquals } from "@std/assert";
import { formatNotebook, parseNotebook } from "../../src/notebook/ipynb.ts";

const FOLDER = new URL("../../notebooks/", import.meta.url);
const NAMES = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();

/** The names under which a notebook may import: this package's, and the import map's. */
const config = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
const ALLOWED = [config.name, ...Object.keys(config.imports)];

const read = async (name: string) => await Deno.readTextFile(new URL(name, FOLDER));
const codes = async (name: string) =>
  parseNotebook(await read(name), name).cells.filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => source);

Deno.test("there are the four notebooks that the documentation names", () => {
  assertEquals(NAMES, [
    "01-quickstart.ipynb",
    "02-granularity-ablation.ipynb",
    "03-reward-variants.ipynb",
    "04-your-own-data.ipynb",
  ]);
});

for (const name of NAMES) {
  Deno.test(`${name} imports only the public interface and the import map`, async () => {
    const from = (await codes(name)).flatMap((code) =>
      [...code.matchAll(/\bfrom "([^"]+)"|\bimport\("([^"]+)"/g)].map(([, a, b]) => a ?? b!)
    );
    assert(from.includes(config.name));
    assertEquals(from.filter((specifier) => !ALLOWED.includes(specifier)), []);
  });

  Deno.test(`${name} has the types that it says: the kernel checks none`, async () => {
    // Beside the notebook's folder, where the import map holds.
    const path = new URL(`../../notebooks/.${name}.${crypto.randomUUID()}.ts`, import.meta.url);
    await Deno.writeTextFile(path, (await codes(name)).join("\n;\n"));
    try {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["check", "-q", path.pathname],
        env: { NO_COLOR: "1" },
      }).output();
      assert(success, new TextDecoder().decode(stderr));
    } finally {
      await Deno.remove(path);
    }
  });

  Deno.test(`${name} is committed as it was run: every code cell in order, without an error`, async () => {
    const { cells } = JSON.parse(await read(name));
    const run = cells.filter(({ cell_type }: { cell_type: string }) => cell_type === "code");
    assertEquals(
      run.map(({ execution_count }: { execution_count: number }) => execution_count),
      run.map((_: unknown, index: number) => index + 1),
    );
    const kinds = run.flatMap(({ outputs }: { outputs: { output_type: string }[] }) =>
      outputs.map(({ output_type }) => output_type)
    );
    assert(kinds.includes("execute_result") && !kinds.includes("error"));
    assert(
      !/undefined|TAINTED|MIXED/.test(
        JSON.stringify(run.map((cell: { outputs: unknown }) => cell.outputs)),
      ),
    );
  });

  Deno.test(`${name} is in the form in which --run writes it`, async () => {
    const text = await read(name);
    const without = (json: string) => {
      const notebook = JSON.parse(json);
      for (const cell of notebook.cells) {
        if (cell.outputs) Object.assign(cell, { outputs: [], execution_count: null });
      }
      return JSON.stringify(notebook);
    };
    assertEquals(without(text), without(formatNotebook(parseNotebook(text, name))));
  });
}
