import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { fitting, requireMostFit } from "../../../src/trainers/embedded/fitting.ts";

/** A prompt of so many tokens with five behind it, which counts how often it is measured. */
function prompt(id: string, tokens: number, most = tokens + 5) {
  const made = {
    measured: 0,
    most,
    measure() {
      made.measured++;
      return { id, prompt: tokens, more: 5, what: "maxTokens" };
    },
  };
  return made;
}

const CONTEXT = { name: "context", tokens: 20 };
const BATCH = { name: "microBatchTokens", tokens: 15 };

Deno.test("fitting() keeps what is within all bounds, and names the first bound that is broken", () => {
  const items = [prompt("a", 10), prompt("b", 11), prompt("c", 16), prompt("d", 1)];
  const { kept, dropped, longest } = fitting(items, (item) => item, [CONTEXT, BATCH]);
  assertEquals(kept, [items[0]!, items[3]!]);
  assertEquals(dropped, [
    {
      id: "b",
      reason: "prompt-too-long",
      detail: "a prompt of 11 tokens and maxTokens 5; microBatchTokens is 15",
    },
    {
      id: "c",
      reason: "prompt-too-long",
      detail: "a prompt of 16 tokens and maxTokens 5; context is 20",
    },
  ]);
  assertEquals([longest?.need.id, longest?.bound], ["c", CONTEXT]);
});

Deno.test("fitting() measures only what may be too long", () => {
  const [short, vague, long] = [prompt("a", 3), prompt("b", 3, 99), prompt("c", 30)];
  assertEquals(fitting([short, vague, long], (item) => item, [BATCH]).kept, [short, vague]);
  assertEquals([short.measured, vague.measured, long.measured], [0, 1, 1]);
  assertEquals(fitting([], (item: typeof short) => item, [BATCH]).longest, null);
});

Deno.test("requireMostFit() allows a share to be dropped, and never all", () => {
  const of = (fits: number, not: number) =>
    fitting(
      [
        ...Array.from({ length: fits }, (_, i) => prompt(`f${i}`, 1)),
        ...Array.from({ length: not }, (_, i) => prompt(`n${i}`, 30 + i)),
      ],
      (item) => item,
      [CONTEXT],
    );
  requireMostFit(of(4, 1), 0.2);
  requireMostFit(of(1, 3), 0.75);
  requireMostFit(of(3, 0), 0);
  requireMostFit(of(0, 0), 0);
  assertThrows(
    () => requireMostFit(of(7, 2), 0.2),
    InputError,
    "context: found 20; expected at least 36: n1 has a prompt of 31 tokens, and maxTokens is 5; " +
      "2 of 9 prompts do not fit, at most 20 % may be dropped",
  );
  assertThrows(() => requireMostFit(of(0, 1), 1), InputError, "1 of 1 prompts do not fit");
});
