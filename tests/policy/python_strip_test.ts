import { assert, assertEquals } from "@std/assert";
import { pythonStrip, type StripEnds } from "../../src/policy/python_strip.ts";
import { python, pythonTest } from "./python.ts";

Deno.test("pythonStrip() takes characters from the ends that are asked for", () => {
  assertEquals(pythonStrip("xyaxy", "both", "yx"), "a");
  assertEquals(pythonStrip("xyaxy", "left", "yx"), "axy");
  assertEquals(pythonStrip("xyaxy", "right", "yx"), "xya");
  assertEquals(pythonStrip(" a ", "both", ""), " a ");
  assertEquals(pythonStrip("\n a", "left", " "), "\n a");
  assertEquals(pythonStrip("aaa", "both", "a"), "");
  assertEquals(pythonStrip("", "both", null), "");
  assertEquals(pythonStrip("a]^-\\b", "both", "ab\\-^]"), "");
});

Deno.test("pythonStrip() takes characters whole, and half of one alone", () => {
  assertEquals(pythonStrip("😀a😀", "both", "😀"), "a");
  // The same first half, another second one.
  assertEquals(pythonStrip("😁a😁", "both", "😀"), "😁a😁");
  assertEquals(pythonStrip("\ud83da\ude00", "both", "😀"), "\ud83da\ude00");
  assertEquals(pythonStrip("\ud83da\ude00", "both", "\ude00\ud83dx"), "a");
});

Deno.test("pythonStrip() is linear in the text", () => {
  const start = performance.now();
  const spaces = " ".repeat(1_000_000);
  assertEquals(pythonStrip(`${spaces}a${spaces}`, "both", null), "a");
  assertEquals(pythonStrip(`a${spaces}b`, "both", null).length, 1_000_002);
  assert(performance.now() - start < 2_000);
});

await pythonTest("pythonStrip() takes what Python takes for white space", [], async () => {
  const texts: string[] = [];
  for (let code = 0; code < 0x10000; code++) {
    if (code < 0xd800 || code > 0xdfff) texts.push(`${String.fromCodePoint(code)}a`);
  }
  const found = texts.filter((text) => pythonStrip(text, "left", null) === "a");
  const program = `
import json, sys
print(json.dumps([t for t in json.load(open(sys.argv[1])) if t.lstrip() == "a"]))`;
  assertEquals(found, await python(program, texts));
  const ends: StripEnds[] = ["left", "right", "both"];
  for (const end of ends) assertEquals(pythonStrip("\ufeffa\ufeff", end, null), "\ufeffa\ufeff");
});
