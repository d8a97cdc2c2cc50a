import { assertEquals } from "@std/assert";
import { z } from "zod";
import {
  count,
  describe,
  number,
  pathOf,
  show,
  strict,
  word,
} from "../../src/experiment/problems.ts";

function problems(schema: z.ZodType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return error ? describe(input, error) : [];
}

Deno.test("number() refuses what is no finite number, and each limit's far side", () => {
  const schema = number("a share", { above: 0, max: 1 });
  for (const value of [0, -1, 1.01, NaN, Infinity, "1", null, undefined, 1n, {}]) {
    assertEquals(schema.safeParse(value).error?.issues.map((i) => i.message), ["expected a share"]);
  }
  assertEquals(schema.safeParse(1).success, true);
});

Deno.test("describe() shows the value found, cut short, and says when it is missing", () => {
  const schema = strict("an object", { a: count("a count"), b: word(["x", "y"]) });
  assertEquals(problems(schema, { b: "w".repeat(100) }), [
    "a: missing; expected a count",
    `b: found "${"w".repeat(56)}…; expected "x" or "y"`,
  ]);
});

Deno.test("describe() answers each unknown key, with all valid ones when none is near", () => {
  const schema = strict("an object", { a: count("a count").optional() });
  assertEquals(problems(schema, { zebra: [1], b: 2 }), [
    "zebra: unknown key (found [1]); valid keys: a",
    "b: unknown key (found 2); valid keys: a",
  ]);
});

Deno.test("describe() reports the alternative of a union that was meant", () => {
  const schema = strict("an object", {
    clip: z.union([z.literal(false), strict("an object", { low: number("a number") })], {
      error: "expected false or an object",
    }),
  });
  assertEquals(problems(schema, { clip: { low: "x" } }), [
    'clip.low: found "x"; expected a number',
  ]);
  assertEquals(problems(schema, { clip: 3 }), ["clip: found 3; expected false or an object"]);
});

Deno.test("describe() fills a rule's {value} literally, dollars and all", () => {
  const schema = strict("an object", { a: z.string() }).refine(() => false, {
    path: ["a"],
    error: "found {value}; expected less",
  });
  assertEquals(problems(schema, { a: "$&" }), ['a: found "$&"; expected less']);
});

Deno.test("pathOf() quotes what is no identifier", () => {
  assertEquals(pathOf(["arms", "a b", 3, "x"]), 'arms["a b"][3].x');
  assertEquals(pathOf([]), "the experiment");
});

Deno.test("show() says in words what JSON cannot", () => {
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  assertEquals(
    [undefined, -Infinity, () => 1, ring, Symbol("s"), null].map(show),
    ["undefined", "-Infinity", "a function", "a object", "Symbol(s)", "null"],
  );
});
