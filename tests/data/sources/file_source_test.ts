import { assertEquals, assertRejects } from "@std/assert";
import { fileSource, hashFiles, readFiles } from "../../../src/data/sources/file_source.ts";
import { InputError } from "../../../src/errors.ts";
import { PARQUET_ROWS, parquetPath } from "./parquet_files.ts";

const LINES = '{"question":"1+1?"}\n\n{"question":"2+2?"}\n';

/** Runs a body with a folder in which `a.jsonl` has two rows, on lines 1 and 3. */
async function withLines(body: (path: string, dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/a.jsonl`, LINES);
    await body(`${dir}/a.jsonl`, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("fileSource() reads JSON Lines and Parquet alike, with row and place", async () => {
  await withLines(async (path) => {
    assertEquals(await Array.fromAsync(fileSource(path, "data").rows()), [
      { row: 1, place: `${path}:1`, value: { question: "1+1?" } },
      { row: 3, place: `${path}:3`, value: { question: "2+2?" } },
    ]);
  });
  const path = parquetPath("snappy");
  const rows = await Array.fromAsync(fileSource(path, "data").rows());
  assertEquals(rows.map(({ value }) => value), [...PARQUET_ROWS]);
  assertEquals([rows[20]?.row, rows[20]?.place], [21, `${path}:21`]);
});

Deno.test("fileSource() hashes the content, and names the field of a file that it cannot hash", async () => {
  await withLines(async (path, dir) => {
    const hash = await fileSource(path, "data").contentHash();
    await Deno.writeTextFile(`${dir}/b.jsonl`, LINES);
    assertEquals(await fileSource(`${dir}/b.jsonl`, "data").contentHash(), hash);
    await Deno.writeTextFile(`${dir}/b.jsonl`, `${LINES}\n`);
    assertEquals(await fileSource(`${dir}/b.jsonl`, "data").contentHash() === hash, false);
    await assertRejects(
      () => fileSource(`${dir}/c.jsonl`, "data").contentHash(),
      InputError,
      `data.file: cannot read ${dir}/c.jsonl: there is no such file`,
    );
  });
});

Deno.test("readFiles() numbers rows on from file to file, and places keep each file's own number", async () => {
  await withLines(async (path) => {
    const rows = await Array.fromAsync(readFiles([{ path, name: "x" }, { path, name: "y" }]));
    assertEquals(rows.map(({ row, place }) => [row, place]), [
      [1, "x:1"],
      [3, "x:3"],
      [4, "y:1"],
      [6, "y:3"],
    ]);
  });
});

Deno.test("hashFiles() depends on the contents and their order, not on names", async () => {
  await withLines(async (path, dir) => {
    await Deno.writeTextFile(`${dir}/b.jsonl`, "{}\n");
    const hash = (...names: string[]) =>
      hashFiles(names.map((name) => ({ path: `${dir}/${name}.jsonl`, name })));
    assertEquals(await hash("a"), await fileSource(path, "data").contentHash());
    assertEquals(await hash("a", "b") === await hash("b", "a"), false);
  });
});
