import { assertEquals } from "@std/assert";
import { fileReason } from "../src/file_reason.ts";

Deno.test("fileReason() says in words why a file could not be read", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/file`;
  await Deno.writeTextFile(path, "");
  const reason = (at: string) => Deno.readTextFile(at).then(() => "read", fileReason);
  assertEquals(await reason(`${dir}/none`), "there is no such file");
  assertEquals(await reason(dir), "it is a folder");
  assertEquals(await reason(`${path}/inside`), "it is no folder");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("fileReason() gives any other error in its own words", () => {
  assertEquals(fileReason(new Deno.errors.PermissionDenied("(os error 13)")), "permission denied");
  assertEquals(fileReason(new Error("the disk is gone")), "the disk is gone");
  const readOnly = "Read-only file system (os error 30): writefile '/results/.a.tmp'";
  assertEquals(fileReason(new Error(readOnly)), "Read-only file system");
  assertEquals(fileReason("gone"), "gone");
});
