import { assertEquals } from "@std/assert";
import { duplicateKey } from "../../src/policy/duplicate_key.ts";

Deno.test("duplicateKey() finds a key that one object holds twice, at any depth", () => {
  assertEquals(duplicateKey('{"a":1,"a":2}'), "a");
  assertEquals(duplicateKey('{"x":[{"a":1},{"b":{"c":1 , "c"\n:2}}]}'), "c");
  assertEquals(duplicateKey('{"\\u0061":1,"a":2}'), "a");
  assertEquals(duplicateKey('{"":1,"":2}'), "");
  assertEquals(duplicateKey('{"__proto__":1,"__proto__":2}'), "__proto__");
});

Deno.test("duplicateKey() is null when equal strings are not keys of one object", () => {
  for (
    const value of [
      {},
      [],
      "a",
      { a: "a", b: "a" },
      { a: { a: { a: 1 } } },
      { a: ["b", "b"], b: 'a":' },
      { 'q"': 1, "q\\": 2, 'q\\"': '{"a":1,"a":2}' },
      [{ a: 1 }, { a: 1 }],
    ]
  ) {
    assertEquals(duplicateKey(JSON.stringify(value)), null);
    assertEquals(duplicateKey(JSON.stringify(value, null, 2)), null);
  }
});

Deno.test("duplicateKey() takes linear time when a string is long", () => {
  assertEquals(duplicateKey(JSON.stringify({ a: '\\"'.repeat(1_000_000), b: 1 })), null);
});
