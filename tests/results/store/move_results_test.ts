import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { exportResults, importResults } from "../../../src/results/store/move_results.ts";

/** A folder of results with one experiment. */
async function experiment(content: string): Promise<string> {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/quickstart`);
  await Deno.writeTextFile(`${dir}/quickstart/schema.json`, '{"version":1}');
  await Deno.writeTextFile(`${dir}/quickstart/outcomes.jsonl`, content);
  return dir;
}

const names = async (dir: string) =>
  (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();

Deno.test("importResults() puts an exported experiment there, and knows it again", async () => {
  const [here, there] = [await experiment("a\n"), await Deno.makeTempDir()];
  const file = `${here}/q.zip`;
  await exportResults(here, "quickstart", file);
  const dir = `${there}/quickstart`;
  const first = await importResults(file, there);
  assertEquals(first, { experiment: "quickstart", dir, change: "new" });
  assertEquals(await Deno.readTextFile(`${dir}/outcomes.jsonl`), "a\n");
  assertEquals((await importResults(file, there)).change, "same");
  assertEquals(await names(there), ["quickstart"]);
});

Deno.test("importResults() leaves other results of the same name alone unless told to replace them", async () => {
  const [here, there] = [await experiment("a\n"), await experiment("b\n")];
  const file = `${here}/q.zip`;
  await exportResults(here, "quickstart", file);
  await assertRejects(() => importResults(file, there), InputError, "holds other results");
  assertEquals(await Deno.readTextFile(`${there}/quickstart/outcomes.jsonl`), "b\n");
  assertEquals((await importResults(file, there, { replace: true })).change, "replaced");
  assertEquals(await Deno.readTextFile(`${there}/quickstart/outcomes.jsonl`), "a\n");
});

Deno.test("importResults() writes nothing of a bundle that is broken", async () => {
  const [here, there] = [await experiment("a\n"), await Deno.makeTempDir()];
  const file = `${here}/q.zip`;
  await exportResults(here, "quickstart", file);
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.subarray(0, bytes.length - 30));
  await assertRejects(() => importResults(file, there), InputError, "q.zip: not a results bundle");
  assertEquals(await names(there), []);
});

Deno.test("exportResults() names the nearest experiment, refuses folders, and says where it cannot write", async () => {
  const here = await experiment("a\n");
  const file = `${here}/q.zip`;
  await assertRejects(() => exportResults(here, "quikstart", file), InputError, "quickstart");
  await assertRejects(
    () => exportResults(here, "quickstart", `${here}/none/q.zip`),
    InputError,
    "cannot be written",
  );
  await Deno.mkdir(`${here}/quickstart/folder`);
  await assertRejects(() => exportResults(here, "quickstart", file), InputError, "not a file");
});
