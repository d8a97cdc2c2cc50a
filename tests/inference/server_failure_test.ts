import { assert, assertEquals } from "@std/assert";
import * as openai from "openai";
import {
  BrokenAnswer,
  judgeFailure,
  passes,
  SilentServer,
} from "../../src/inference/server_failure.ts";

const answered = (
  status: number,
  error: object = { message: "m" },
  headers: Record<string, string> = {},
) => openai.APIError.generate(status, { error }, undefined, new Headers(headers));
const judge = (error: unknown) => judgeFailure(error, openai);

Deno.test("judgeFailure() tells what may pass from what will not", () => {
  const kinds = (statuses: readonly number[]) => [
    ...new Set(statuses.map((status) => judge(answered(status)).kind)),
  ];
  assertEquals(kinds([408, 409, 425, 429, 500, 502, 503, 504, 529]), ["busy"]);
  assertEquals(kinds([401, 403]), ["key"]);
  assertEquals(kinds([404]), ["model"]);
  assertEquals(kinds([400, 413, 422]), ["refused"]);
  assertEquals(judge(new SilentServer("s")).kind, "silent");
  assertEquals(judge(new BrokenAnswer("b")).kind, "broken");
  assertEquals(judge(new SyntaxError("no JSON")).kind, "broken");
  assert((["unreachable", "busy", "silent", "broken"] as const).every((kind) => passes({ kind })));
  assert((["key", "model", "context", "refused"] as const).every((kind) => !passes({ kind })));
});

Deno.test("judgeFailure() names the first cause of a connection that failed", () => {
  const cause = new TypeError("fetch failed", { cause: new Error("connection refused") });
  const { kind, said } = judge(new openai.APIConnectionError({ message: "", cause }));
  assertEquals([kind, said], ["unreachable", "connection refused"]);
});

Deno.test("judgeFailure() knows a full context by code, by type and by sentence", () => {
  for (
    const error of [
      { message: "x", code: "context_length_exceeded" },
      { message: "x", type: "exceed_context_size_error" },
      { message: "This model's maximum context length is 4096 tokens." },
      { message: "the prompt is longer than max_model_len" },
    ]
  ) assertEquals(judge(answered(400, error)).kind, "context");
  assertEquals(judge(answered(400, { message: "temperature must be positive" })).kind, "refused");
});

Deno.test("judgeFailure() reads when to come back: seconds, milliseconds or a date, never longer than two minutes", () => {
  const after = (headers: Record<string, string>) => judge(answered(429, undefined, headers)).after;
  assertEquals(after({}), null);
  assertEquals(after({ "retry-after": "soon" }), null);
  assertEquals(after({ "retry-after": "2.5" }), 2.5);
  assertEquals(after({ "retry-after": "9", "retry-after-ms": "40" }), 0.04);
  assertEquals(after({ "retry-after": "86400" }), 120);
  assertEquals(after({ "retry-after": new Date(Date.now() - 5000).toUTCString() }), 0);
  const later = after({ "retry-after": new Date(Date.now() + 10_000).toUTCString() });
  assert(later !== null && later > 7 && later <= 10, `${later}`);
});

Deno.test("judgeFailure() cannot be made to steer a terminal or to write pages", () => {
  const { said } = judge(answered(500, { message: `\u001b[2J${"x".repeat(1_000_000)}` }));
  assert(said.length < 200 && !said.includes("\u001b"));
});
