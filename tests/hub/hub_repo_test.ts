import { assertEquals } from "@std/assert";
import { COMMIT, isRepoName } from "../../src/hub/hub_repo.ts";

Deno.test("isRepoName() is true for owner/name alone", () => {
  for (const name of ["Qwen/Qwen2.5-0.5B-Instruct", "a/b", "0x/_"]) {
    assertEquals(isRepoName(name), name !== "0x/_", name);
  }
  for (const name of ["", "gsm8k", "a/b/c", "/b", "a/", ".a/b", "a/..", "a b/c", "a/b\n"]) {
    assertEquals(isRepoName(name), false, JSON.stringify(name));
  }
  assertEquals(isRepoName("a".repeat(1e6)), false);
});

Deno.test("COMMIT is 40 hexadecimal digits", () => {
  assertEquals(["a".repeat(40), "a".repeat(39), "main"].map((text) => COMMIT.test(text)), [
    true,
    false,
    false,
  ]);
});
