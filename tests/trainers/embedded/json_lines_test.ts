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
