import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { checkOverlap, overlapText } from "../../../src/trainers/embedded/check_overlap.ts";

const problems = (prefix: string, ...texts: string[]) =>
  texts.map((problem, at) => ({ id: `${prefix}${at}`, problem }));
const TRAIN = problems("t", "1+1?", "2+2?", "3+3?", "4+4?", "5+5?", "6+6?", "7+7?");
const asked = (...texts: string[]) => ({
  source: "s",
  path: "p",
  problems: problems("b", ...texts),
});

Deno.test("checkOverlap() refuses copies whatever is declared, and what overlaps only where it is", () => {
  assertEquals(checkOverlap(TRAIN, asked("8+8?"), "refuse"), []);
  assertEquals(checkOverlap(TRAIN, asked("1 + 1", "8+8?"), "report").map(({ asked }) => asked), [
    "b0",
  ]);
  assertThrows(
    () => checkOverlap(TRAIN, asked("1 + 1", "8+8?", "2+2?"), "report"),
    InputError,
    "p: found 1 of 3 problems of s in the training data: b2 is t1 (copy); expected problems",
  );
  assertThrows(
    () => checkOverlap(TRAIN, asked("1 + 1", "8+8?", "2+2?"), "refuse"),
    InputError,
    'p: found 2 of 3 problems of s in the training data (data.overlap is "refuse"): ' +
      "b0 is t0 (words), b2 is t1 (copy); expected problems",
  );
});

Deno.test("overlapText() names five pairs and counts the rest", () => {
  const pairs = checkOverlap(TRAIN, asked(...TRAIN.map(({ problem }) => `${problem}!`)), "report");
  assertEquals(
    overlapText(pairs, 9),
    "7 of 9 problems overlap with the training data: b0 is t0 (words), b1 is t1 (words), b2 is t2 (words), " +
      "b3 is t3 (words), b4 is t4 (words), and 2 more",
  );
});
