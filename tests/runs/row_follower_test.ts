import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { METRICS } from "../../src/results/jsonl_rows.ts";
import { RowFollower } from "../../src/runs/row_follower.ts";

Deno.test("RowFollower gives each row once, whole, whatever pieces the file grows by", async () => {
  const path = await Deno.makeTempFile();
  const rows = Array.from({ length: 40 }, (_, step) => ({ step, loss: step / 3 }));
  const bytes = new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  for (const piece of [1, 7, 64, bytes.length]) {
    await Deno.writeTextFile(path, "");
    const follower = new RowFollower(METRICS);
    const given: unknown[] = [];
    for (let at = 0; at < bytes.length; at += piece) {
      await Deno.writeFile(path, bytes.subarray(at, at + piece), { append: true });
      given.push(...await follower.read(path));
    }
    assertEquals(given, rows);
    assertEquals([await follower.read(path), follower.count], [[], 40]);
  }
  await Deno.remove(path);
});

Deno.test("RowFollower follows a file to another folder, and reads a shorter one anew", async () => {
  const dir = await Deno.makeTempDir();
  const follower = new RowFollower(METRICS);
  assertEquals(await follower.read(`${dir}/a`), []);
  await Deno.writeTextFile(`${dir}/a`, '{"step":1}\n{"step":2}\n');
  assertEquals((await follower.read(`${dir}/a`)).length, 2);
  await Deno.rename(`${dir}/a`, `${dir}/b`);
  assertEquals(await follower.read(`${dir}/b`), []);
  await Deno.writeTextFile(`${dir}/b`, '{"step":1}\n');
  assertEquals(await follower.read(`${dir}/b`), [{ step: 1 }]);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("RowFollower names file and line of what is no row", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, '{"step":1}\n{"step":-1}\n');
  const error = await assertRejects(() => new RowFollower(METRICS).read(path), InputError);
  assertEquals(error.message.startsWith(`${path}:2: step`), true);
  await Deno.remove(path);
});
