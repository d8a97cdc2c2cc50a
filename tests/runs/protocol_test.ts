import { assertEquals } from "@std/assert";
import { parseStageLine } from "../../src/runs/protocol.ts";

Deno.test("parseStageLine() reads events and ends", () => {
  const progress = { type: "progress", done: 1, total: 2, unit: "updates", note: "" } as const;
  assertEquals(parseStageLine(JSON.stringify(progress)), progress);
  assertEquals(parseStageLine('{"type":"end"}'), { type: "end" });
});

Deno.test("parseStageLine() takes anything else for the log", () => {
  for (const line of ["", "2026 W onnxruntime", "3", "null", "[]", "{}", '{"type":"x"}', "{"]) {
    assertEquals(parseStageLine(line), { type: "log", message: line });
  }
});
