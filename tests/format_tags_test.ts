import { assertEquals } from "@std/assert";
import { formatTagIn } from "../src/format_tags.ts";

Deno.test("formatTagIn() finds the exact tags in any of the texts", () => {
  assertEquals(formatTagIn(["a", "b <think>"]), "<think>");
  assertEquals(formatTagIn(["</think>"]), "</think>");
  assertEquals(formatTagIn(["<Think>", "< think>", "think", "<|think|>"]), null);
  assertEquals(formatTagIn([]), null);
});
