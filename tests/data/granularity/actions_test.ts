import { assertEquals, assertThrows } from "@std/assert";
import { actionsOf } from "../../../src/data/granularity/actions.ts";
import { tokens } from "../../../src/data/granularity/granularity.ts";
import { InputError } from "../../../src/errors.ts";

const SOLVED = { steps: [{ action: "A. B." }, { action: "C." }], answer: " 7 " };

Deno.test("actionsOf() makes one action of a whole solution, and none of an answer that is not known", () => {
  assertEquals(actionsOf(SOLVED, "whole"), [
    { name: "whole", steps: [1, 2], pieces: SOLVED.steps, start: 0 },
  ]);
  assertEquals(actionsOf(SOLVED, "answer")[0]!.pieces, [{ action: "7" }]);
  assertEquals(actionsOf({ ...SOLVED, answer: "" }, "answer"), []);
});

Deno.test("actionsOf() counts tokens with what it is given, and asks for it", () => {
  assertEquals(actionsOf(SOLVED, tokens(2), () => 1).map(({ name }) => name), ["1-2"]);
  assertEquals(actionsOf(SOLVED, tokens(2), () => 2).map(({ name }) => name), ["1", "2"]);
  assertThrows(
    () => actionsOf(SOLVED, tokens(2)),
    InputError,
    "granularity: found tokens(2) without a tokenizer; expected one to count with",
  );
});
