import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../src/errors.ts";
import { namesIn, readText, readTextIfPresent, replaceWhole } from "../src/files.ts";
import { inFolder } from "./policy/fixtures.ts";

Deno.test(
  "readText() throws an InputError when the file cannot be read",
  inFolder(async (dir) => {
    await assertRejects(() => readText(dir), InputError, "cannot be read");
    await assertRejects(() => readText(`${dir}/none`), InputError, "no such file");
    assertEquals(await readTextIfPresent(`${dir}/none`), null);
  }),
);

Deno.test(
  "replaceWhole() replaces a file, and a folder with all that is in it",
  inFolder(async (dir) => {
    for (const text of ["first", "second"]) {
      await replaceWhole(`${dir}/file`, (path) => Deno.writeTextFile(path, text));
      await replaceWhole(`${dir}/folder`, async (path) => {
        await Deno.mkdir(path);
        await Deno.writeTextFile(`${path}/${text}`, text);
      });
      assertEquals(await Deno.readTextFile(`${dir}/file`), text);
      assertEquals(await namesIn(`${dir}/folder`), [text]);
    }
    assertEquals(await namesIn(dir), ["file", "folder"]);
  }),
);

Deno.test(
  "replaceWhole() leaves the old and nothing else when making the new fails",
  inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/folder`);
    await Deno.writeTextFile(`${dir}/folder/old`, "old");
    const make = async (path: string) => {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/half`, "half");
      throw new Error("the disk is full");
    };
    await assertRejects(() => replaceWhole(`${dir}/folder`, make), Error, "the disk is full");
    assertEquals(await namesIn(dir), ["folder"]);
    assertEquals(await namesIn(`${dir}/folder`), ["old"]);
  }),
);

Deno.test(
  "replaceWhole() puts the old folder back when the new one was never made",
  inFolder(async (dir) => {
    await Deno.mkdir(`${dir}/folder`);
    await assertRejects(() => replaceWhole(`${dir}/folder`, () => Promise.resolve()));
    assert((await Deno.stat(`${dir}/folder`)).isDirectory);
    assertEquals(await namesIn(dir), ["folder"]);
  }),
);

Deno.test(
  "namesIn() sorts what is in a folder, has nothing where there is none, and throws where it cannot be known",
  inFolder(async (dir) => {
    for (const name of ["b", "a"]) await Deno.writeTextFile(`${dir}/${name}`, "");
    assertEquals(await namesIn(dir), ["a", "b"]);
    assertEquals([await namesIn(`${dir}/none`), await namesIn(`${dir}/a`)], [[], []]);
    await Deno.symlink("loop", `${dir}/loop`);
    await assertRejects(() => namesIn(`${dir}/loop`), Error, "symbolic links");
  }),
);
