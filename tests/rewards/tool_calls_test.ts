import { assertEquals, assertLess } from "@std/assert";
import { parseToolCalls } from "../../src/rewards/tool_calls.ts";
import { HOSTILE } from "./rollouts.ts";

const call = (name: string, pairs: Record<string, string>) => ({
  name,
  arguments: new Map(Object.entries(pairs)),
});

Deno.test("parseToolCalls() reads tagged calls among prose, with values as they are", () => {
  const action = "I look first.\n<function=edit>\n<parameter=path>/a b.py</parameter>\n" +
    "<parameter=new_str>\nif a < b:\n    x = '>'\n</parameter>\n</function>\nThen:\n<function=submit>\n</function>";
  assertEquals(parseToolCalls(action), [
    call("edit", { path: "/a b.py", new_str: "if a < b:\n    x = '>'" }),
    call("submit", {}),
  ]);
});

Deno.test("parseToolCalls() reads JSON calls, whole or in tags, in one spelling", () => {
  const json = '{"name": "f", "arguments": {"s": "x", "o": {"b": [1, 2.0], "a": null}}}';
  const expected = call("f", { s: "x", o: '{"a":null,"b":[1,2]}' });
  assertEquals(parseToolCalls(` ${json}\n`), [expected]);
  const tagged = `So:\n<tool_call>\n${json}\n</tool_call>\n<tool_call>{"name":"g"}</tool_call>`;
  assertEquals(parseToolCalls(tagged), [expected, call("g", {})]);
});

Deno.test("parseToolCalls() finds no call in what is none", () => {
  for (
    const text of [
      "",
      "bash ls",
      "<function=bash><parameter=command>ls</parameter>",
      "<function=></function>",
      '{"name": 3}',
      '{"name": "f", "arguments": [1]}',
      '{"name": "f", "arguments": "x"}',
      '{"name": "f"',
      "[1]",
    ]
  ) assertEquals(parseToolCalls(text), [], text);
  assertEquals(parseToolCalls("<function=f><parameter=a>open</function>"), [call("f", {})]);
});

Deno.test("parseToolCalls() ends soon on hostile text, and reads no JSON that is nested without end", () => {
  const begun = performance.now();
  for (const text of HOSTILE) assertEquals(parseToolCalls(text), []);
  const deep = "[".repeat(50_000) + "]".repeat(50_000);
  assertEquals(parseToolCalls(`{"name": "f", "arguments": {"a": ${deep}}}`), []);
  assertEquals(parseToolCalls(`{"name": "f", "arguments": {"a": "${"[".repeat(99)}"}}`).length, 1);
  assertLess(performance.now() - begun, 30_000);
});
