import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { JsonFields } from "../../src/policy/json_fields.ts";

const fields = new JsonFields(
  { size: 3, zero: 0, text: "a", none: null, yes: true, list: [1, 2], object: { a: 1 }, half: 0.5 },
  { size: 9, other: 7 },
  "f.json",
);

Deno.test("JsonFields reads a field, and its default when the object lacks it", () => {
  assertEquals(fields.size("size"), 3);
  assertEquals(fields.size("other"), 7);
  assertEquals(fields.sizeOr("none", 5), 5);
  assertEquals(fields.sizeOr("absent", 5), 5);
  assertEquals(fields.number("half", 1), 0.5);
  assertEquals(fields.number("none", 1), 1);
  assertEquals([fields.flag("yes"), fields.flag("none")], [true, false]);
  assertEquals([fields.object("object"), fields.object("none")], [{ a: 1 }, {}]);
  assertEquals([fields.ids("list"), fields.ids("zero"), fields.ids("none")], [[1, 2], [0], []]);
  assertEquals([fields.id("zero"), fields.id("none")], [0, null]);
});

Deno.test("JsonFields throws an InputError naming the field when its value is of another kind", () => {
  const wrong: [string, () => unknown][] = [
    ["zero", () => fields.size("zero")],
    ["half", () => fields.size("half")],
    ["absent", () => fields.size("absent")],
    ["text", () => fields.sizeOr("text", 1)],
    ["zero", () => fields.number("zero", 1)],
    ["text", () => fields.flag("text")],
    ["list", () => fields.object("list")],
    ["text", () => fields.ids("text")],
    ["half", () => fields.ids("half")],
    ["list", () => fields.id("list")],
  ];
  for (const [name, read] of wrong) assertThrows(read, InputError, `f.json: ${name}: expected `);
});
