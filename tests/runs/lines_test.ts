import { assertEquals } from "@std/assert";
import { TextLineStream } from "../../src/runs/lines.ts";

Deno.test("TextLineStream gives the same lines however the text is cut", async () => {
  const text = "one\n\nthree\nfour";
  for (let size = 1; size <= text.length; size++) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g"))!;
    const lines = ReadableStream.from(pieces).pipeThrough(new TextLineStream());
    assertEquals(await Array.fromAsync(lines), ["one", "", "three", "four"]);
  }
});
