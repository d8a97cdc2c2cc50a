import { assertEquals, assertThrows } from "@std/assert";
import { answer } from "../../src/rewards/answer.ts";

Deno.test("answer() gives 1 or 0 by the verdict and shows what was extracted", () => {
  const reward = answer({
    verify: (completion, target) => ({
      correct: completion.endsWith(target),
      extracted: completion.at(-1) ?? null,
    }),
  });
  assertEquals(reward({ completion: "<think>a</think>8", target: "8" }), {
    reward: 1,
    think: null,
    action: "8",
    formatError: null,
    parts: { correct: 1 },
  });
  assertEquals(reward({ completion: "", target: "8" }), {
    reward: 0,
    think: null,
    action: null,
    formatError: null,
    parts: { correct: 0 },
  });
});

Deno.test("answer() throws on what the verifier throws instead of scoring 0", () => {
  const reward = answer({
    verify: () => {
      throw new RangeError("no such unit");
    },
  });
  assertThrows(() => reward({ completion: "", target: "" }), RangeError, "no such unit");
});
