import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { resultsCommand } from "../../src/cli/results.ts";

Deno.test("resultsCommand() moves results from one folder to another", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/a/quickstart`, { recursive: true });
  await Deno.writeTextFile(`${dir}/a/quickstart/schema.json`, '{"version":1}');
  const file = `${dir}/q.zip`;
  const packed = await resultsCommand(["export", "quickstart", "--out", file], `${dir}/a`);
  assertEquals(packed, `${file}: packed ${dir}/a/quickstart`);
  assertStringIncludes(await resultsCommand(["import", file], `${dir}/b`), "quickstart: imported");
  assertStringIncludes(await resultsCommand(["import", file], `${dir}/b`), "nothing to do");
  await Deno.writeTextFile(`${dir}/b/quickstart/more.txt`, "x");
  await assertRejects(() => resultsCommand(["import", file], `${dir}/b`), Error, "--replace");
  const replaced = await resultsCommand(["import", file, "--replace"], `${dir}/b`);
  assertStringIncludes(replaced, "in place of other results");
});
