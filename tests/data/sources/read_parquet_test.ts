import { assert, assertEquals, assertRejects } from "@std/assert";
import { parquetMetadata } from "hyparquet";
import { readParquet } from "../../../src/data/sources/read_parquet.ts";
import { InputError } from "../../../src/errors.ts";
import { random } from "../../experiment/declarations.ts";
import { PARQUET_ROWS, parquetPath } from "./parquet_files.ts";

/** Runs a body with a file of these bytes. */
async function withBytes<T>(bytes: Uint8Array, body: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    await Deno.writeFile(path, bytes);
    return await body(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The message that reading ends in. */
async function messageFor(path: string): Promise<string> {
  const error = await assertRejects(
    () => Array.fromAsync(readParquet(path, { name: "FILE" })),
    InputError,
  );
  return error.message;
}

for (const name of ["hub", "snappy", "zstd", "gzip", "brotli", "lz4", "plain", "delta"]) {
  Deno.test(`readParquet() reads ${name}.parquet as pyarrow does`, async () => {
    const rows = await Array.fromAsync(readParquet(parquetPath(name)));
    assertEquals(rows.map(({ row }) => row), PARQUET_ROWS.map((_, at) => at + 1));
    for (const [at, { value }] of rows.entries()) assertEquals(value, PARQUET_ROWS[at]!);
  });
}

Deno.test("readParquet() reads no row group before its turn", async () => {
  const bytes = await Deno.readFile(parquetPath("gzip"));
  // Damages the data of all row groups but the first, which has 7 rows, and leaves the metadata at the end alone.
  const { row_groups, metadata_length } = parquetMetadata(bytes.buffer);
  const second = Number(row_groups[1]!.columns[0]!.meta_data!.data_page_offset);
  bytes.fill(255, second, bytes.length - metadata_length - 8);
  await withBytes(bytes, async (path) => {
    const rows = readParquet(path);
    for (let row = 1; row <= 7; row++) assertEquals((await rows.next()).value?.row, row);
    await assertRejects(() => Array.fromAsync(rows), InputError, "damaged Parquet file");
  });
});

Deno.test("readParquet() refuses an integer that no number equals, with row and field", async () => {
  const rows = readParquet(parquetPath("large_integer"), { name: "FILE" });
  assertEquals((await rows.next()).value, {
    row: 1,
    value: { question: "a", meta: { hash: Number.MAX_SAFE_INTEGER } },
  });
  const error = await assertRejects(() => rows.next(), InputError);
  assertEquals(
    error.message,
    'FILE:2: field "meta.hash": expected an integer within ±9007199254740991, found 9007199254740992',
  );
});

Deno.test("readParquet() refuses text that is not UTF-8, and keeps binary columns as bytes", async () => {
  assertEquals(
    await messageFor(parquetPath("not_utf8")),
    "FILE: damaged Parquet file: a text is not valid UTF-8",
  );
  const [row] = await Array.fromAsync(readParquet(parquetPath("binary")));
  assertEquals(row?.value, {
    image: new Uint8Array([255, 0, 1]),
    question: "what is this?",
  });
});

Deno.test("readParquet() names a file that is missing, a folder, empty, without rows, or something else", async () => {
  assertEquals(await messageFor("none.parquet"), "FILE: cannot be read: there is no such file");
  assertEquals(await messageFor("tests"), "FILE: cannot be read: it is a folder");
  assertEquals(
    await messageFor(parquetPath("no_rows")),
    "FILE: the file has no rows; expected at least one",
  );
  const encode = (text: string) => new TextEncoder().encode(text);
  for (const text of ["", "PAR", '{"question": "1+1?"}\n']) {
    assertEquals(
      await withBytes(encode(text), messageFor),
      "FILE: not a Parquet file; expected PAR1 at its beginning",
    );
  }
});

Deno.test("readParquet() says where a file is cut off or points outside itself", async () => {
  const bytes = await Deno.readFile(parquetPath("hub"));
  const cut = "FILE: damaged Parquet file: it is cut off: its end is missing";
  for (const length of [4, 11, 5000, bytes.length - 1]) {
    assertEquals(await withBytes(bytes.slice(0, length), messageFor), cut);
  }
  const middle = new Uint8Array([...bytes.slice(0, 5000), ...bytes.slice(9000)]);
  assert((await withBytes(middle, messageFor)).startsWith("FILE: damaged Parquet file: "));
});

Deno.test("readParquet() answers any damaged file with rows or one error of its own", async () => {
  const next = random(1);
  let refused = 0;
  for (const name of ["hub", "zstd", "gzip", "delta"]) {
    const bytes = await Deno.readFile(parquetPath(name));
    for (let round = 0; round < 10; round++) {
      const damaged = bytes.slice();
      // A third of the damage is where it hurts most: in the metadata at the end.
      const from = round % 3 === 0 ? bytes.length - 2500 : 4;
      for (let flip = 0; flip < 1 + round % 4; flip++) {
        damaged[from + Math.floor(next() * (bytes.length - 4 - from))]! ^= 1 <<
          Math.floor(next() * 8);
      }
      await withBytes(damaged, async (path) => {
        try {
          await Array.fromAsync(readParquet(path, { deadline: 0.5 }));
        } catch (error) {
          assert(error instanceof InputError, `${name}, round ${round}: ${error}`);
          refused++;
        }
      });
    }
  }
  assert(refused > 10, `only ${refused} of 40 were refused`);
});

Deno.test("readParquet() stops a decoder that a damaged page keeps busy for ever", async () => {
  const bytes = await Deno.readFile(parquetPath("zstd"));
  const { row_groups } = parquetMetadata(bytes.buffer);
  // A length in the header of the first column's first page.
  bytes[Number(row_groups[0]!.columns[0]!.meta_data!.data_page_offset) + 10] = 128;
  await withBytes(bytes, async (path) => {
    await assertRejects(
      () => Array.fromAsync(readParquet(path, { deadline: 2 })),
      InputError,
      "damaged Parquet file: a row group is not decoded within 2 s",
    );
  });
});
