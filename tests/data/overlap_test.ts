import { assert, assertEquals } from "@std/assert";
import { findOverlap } from "../../src/data/overlap.ts";
import { random } from "../experiment/declarations.ts";

const of = (...problems: string[]) => problems.map((problem, at) => ({ id: `p${at}`, problem }));
const asked = (...problems: string[]) => problems.map((problem, at) => ({ id: `b${at}`, problem }));
const words = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, at) => `w${from + at}`.replace(/\d/g, (d) => "abcdefghij"[Number(d)]!),
  )
    .join(" ");

Deno.test("findOverlap() finds 13 words in a row anywhere, whatever the typography, and not 12", () => {
  const train = of(`Begin. ${words(0, 13).toUpperCase()}, end!`);
  assertEquals(findOverlap(train, asked(`Other ${words(0, 12)} end words that are not there`)), []);
  assertEquals(findOverlap(train, asked(`Other (${words(0, 13)}) and more`)), [
    { asked: "b0", trained: "p0", kind: "13-gram", words: words(0, 13) },
  ]);
  // The same 13 words that are not in a row.
  assertEquals(findOverlap(train, asked(`${words(0, 6)} not ${words(6, 13)}`)), []);
});

Deno.test("findOverlap() compares shorter problems as a whole", () => {
  const train = of("What is 2 + 2?", `What is 2 - 2? ${words(0, 13)}`);
  assertEquals(findOverlap(train, asked("What is 2 - 2?", "what is\n$2+2$", "What is 2 + 2?")), [
    { asked: "b1", trained: "p0", kind: "words", words: "what is 2 + 2" },
    { asked: "b2", trained: "p0", kind: "copy", words: "what is 2 + 2" },
  ]);
});

Deno.test("findOverlap() names for each benchmark problem the training problem that shares most", () => {
  const long = words(0, 20);
  const train = of(`${long} changed`, `${long}`, `${long}.`, long);
  assertEquals(findOverlap(train, asked("nothing", `${long}.`)), [
    { asked: "b1", trained: "p2", kind: "copy", words: words(0, 13) },
  ]);
  assertEquals(findOverlap(train.slice(0, 2), asked(`${long}.`))[0]?.kind, "words");
  assertEquals(findOverlap(train.slice(0, 1), asked(`${long}.`))[0]?.trained, "p0");
});

Deno.test("findOverlap() finds a copy of a text without words, and two benchmark problems alike", () => {
  assertEquals(
    findOverlap(of("?!", "∴"), asked("∴", "?!", "∴", "!")).map((o) => [o.asked, o.trained, o.kind]),
    [
      ["b0", "p1", "copy"],
      ["b1", "p0", "copy"],
      ["b2", "p1", "copy"],
    ],
  );
});

Deno.test("findOverlap() agrees with looking at every pair", () => {
  const next = random(3);
  const text = () =>
    Array.from({ length: 5 + Math.floor(next() * 40) }, () => next() < 0.5 ? "a" : "b").join(" ");
  const train = of(...Array.from({ length: 60 }, text));
  const benchmark = asked(...Array.from({ length: 60 }, text));
  const grams = (problem: string) => {
    const list = problem.split(" ");
    return new Set(
      list.flatMap((_, at) => at + 13 <= list.length ? [list.slice(at, at + 13).join(" ")] : []),
    );
  };
  const expected = benchmark.filter(({ problem }) =>
    train.some((t) =>
      t.problem === problem || grams(t.problem).intersection(grams(problem)).size > 0
    )
  ).map(({ id }) => id);
  assert(expected.length > 5 && expected.length < 55);
  assertEquals(findOverlap(train, benchmark).map(({ asked }) => asked), expected);
});

Deno.test("findOverlap() looks through 20,000 training problems in a second or two", () => {
  const next = random(5);
  const vocabulary = Array.from({ length: 2000 }, (_, at) => words(at, at + 1));
  const text = () =>
    Array.from({ length: 60 }, () => vocabulary[Math.floor(next() ** 3 * 2000)]!).join(" ");
  const benchmark = asked(...Array.from({ length: 500 }, text));
  const train = of(...Array.from({ length: 20_000 }, text));
  train[7777] = { id: "leak", problem: `So: ${benchmark[400]!.problem}` };
  const start = performance.now();
  const found = findOverlap(train, benchmark);
  const seconds = (performance.now() - start) / 1000;
  assertEquals(found.map(({ asked, trained }) => [asked, trained]), [["b400", "leak"]]);
  assert(seconds < 15, `${seconds} s`);
});
