import { assertEquals } from "@std/assert";
import { JsonLines } from "../../../src/trainers/embedded/json_lines.ts";
import { folder } from "./runs.ts";

Deno.test("JsonLines appends a line for each row, in UTF-8", async () => {
  const path = `${folder()}/rows.jsonl`;
  await Deno.writeTextFile(path, "what was there before");
  {
    using rows = new JsonLines(path);
    rows.write({ a: 1 }, { b: "数\n🎉" });
    rows.write();
    rows.write({ c: null });
    // What is written is there at once, whatever becomes of the process.
    assertEquals((await Deno.readTextFile(path)).split("\n").length, 4);
  }
  assertEquals(await Deno.readTextFile(path), '{"a":1}\n{"b":"数\\n🎉"}\n{"c":null}\n');
});

Deno.test("JsonLines cuts off what is behind a length, and goes on there", async () => {
  const path = `${folder()}/rows.jsonl`;
  await Deno.writeTextFile(path, '{"a":"数"}\n{"half');
  {
    using rows = new JsonLines(path, 12);
    assertEquals(rows.length, 12);
    rows.write({ b: 2 });
    assertEquals(rows.length, 20);
  }
  assertEquals(await Deno.readTextFile(path), '{"a":"数"}\n{"b":2}\n');
});
