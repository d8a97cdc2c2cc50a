import { assertEquals, assertThrows } from "@std/assert";
import { changesBetween, changeText, valueText } from "../../src/experiment/changes.ts";
import { random } from "./declarations.ts";

Deno.test("changesBetween() finds nothing between equal values, in whatever order their keys are", () => {
  const before = { a: [1, { b: null }], c: { d: "x", e: undefined } };
  assertEquals(changesBetween(before, { c: { d: "x" }, a: [1, { b: null }] }), []);
});

Deno.test("changesBetween() goes down to the leaf that differs", () => {
  assertEquals(
    changesBetween({ of: [{ weight: 1 }, { weight: 2 }] }, { of: [{ weight: 1 }, { weight: 3 }] }),
    [{ path: "of[1].weight", before: 2, after: 3 }],
  );
  assertEquals(changesBetween({ a: 1 }, { b: 2 }), [
    { path: "a", before: 1, after: undefined },
    { path: "b", before: undefined, after: 2 },
  ]);
  assertEquals(changesBetween(1, 2), [{ path: "", before: 1, after: 2 }]);
});

Deno.test("changesBetween() takes objects of another kind, and lists of another length, as a whole", () => {
  const [chrf, bleu] = [{ kind: "chrf", order: 6 }, { kind: "bleu", order: 4 }];
  assertEquals(changesBetween({ reward: chrf }, { reward: bleu }), [
    { path: "reward", before: chrf, after: bleu },
  ]);
  assertEquals(changesBetween({ a: [1] }, { a: [1, 2] }), [
    { path: "a", before: [1], after: [1, 2] },
  ]);
});

Deno.test("changesBetween() finds each of many changed leaves, and no other", () => {
  const next = random(7);
  for (let i = 0; i < 200; i++) {
    const before = Object.fromEntries(
      Array.from({ length: 9 }, (_, k) => [`k${k}`, { x: Math.floor(next() * 9), y: [k] }]),
    );
    const after = structuredClone(before);
    const expected: string[] = [];
    for (const [key, value] of Object.entries(after)) {
      if (next() < 0.3) {
        value.x += 10;
        expected.push(`${key}.x`);
      }
    }
    assertEquals(changesBetween(before, after).map(({ path }) => path), expected);
  }
});

Deno.test("changesBetween() refuses what is not plain JSON", () => {
  assertThrows(() => changesBetween({ a: NaN }, { a: 1 }), TypeError, "not plain JSON");
});

Deno.test("valueText() and changeText() keep hostile values short", () => {
  const long = "x".repeat(2 ** 20);
  assertEquals(valueText(long).length, 58);
  assertEquals(
    changeText({ path: "p", before: { kind: "a", x: 1 }, after: { kind: "a", x: 2 } }),
    'p changed: {"kind":"a","x":1} → {"kind":"a","x":2}',
  );
  assertEquals(changeText({ path: "p", before: undefined, after: null }), "p changed: none → null");
});

Deno.test("changesBetween() names the only value of two lists by the list, and those of longer lists by their places", () => {
  assertEquals(changesBetween({ learningRate: [0.1] }, { learningRate: [0.2] }), [
    { path: "learningRate", before: 0.1, after: 0.2 },
  ]);
  assertEquals(changesBetween({ rates: [1, 2] }, { rates: [1, 3] })[0]?.path, "rates[1]");
  assertEquals(changesBetween([{ a: 1 }], [{ a: 2 }])[0]?.path, "[0].a");
});
