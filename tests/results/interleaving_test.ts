import { assertEquals, assertLess } from "@std/assert";
import { solutionPieces } from "../../src/results/interleaving.ts";

/** Pieces as their letters. */
const pieces = (text: string) =>
  solutionPieces(text).map(({ kind, from, to }) => `${kind}:${text.slice(from, to)}`);

Deno.test("solutionPieces() follows thinking and acting in turn", () => {
  assertEquals(pieces("<think>a</think>b<think>c</think>d"), [
    "think:a",
    "action:b",
    "think:c",
    "action:d",
  ]);
  assertEquals(pieces("a<think>b</think>"), ["action:a", "think:b"]);
});

Deno.test("solutionPieces() leaves out what is empty, and keeps a monologue that is not closed", () => {
  assertEquals(pieces("<think> </think>\n"), []);
  assertEquals(pieces("a<think>b"), ["action:a", "think:b"]);
  assertEquals(pieces("<think>a<think>b</think>c"), ["think:a<think>b", "action:c"]);
  assertEquals(pieces("a</think>b"), ["action:a</think>b"]);
  assertEquals(pieces(""), []);
});

Deno.test("solutionPieces() is linear in hostile text", () => {
  const start = performance.now();
  for (const text of ["<think>", "</think>", "<think></think>", "<", "\ud800"]) {
    solutionPieces(text.repeat(1_000_000 / text.length));
  }
  assertLess(performance.now() - start, 2000);
});
