import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { Verifier, type VerifierResult } from "../../src/verifier/verifier.ts";
import { verifyAnswer } from "../../src/verifier/verify_answer.ts";

const verdict = (result: VerifierResult | undefined) =>
  result?.status === "done" ? result.value.correct : result?.status;

Deno.test("Verifier says what verifyAnswer() says", async () => {
  await using verifier = new Verifier({ deadlineMs: 20_000 });
  const pairs = [["\\sqrt8", "\\boxed{2\\sqrt2}"], ["5", "\\boxed{6}"], ["5", "none"], [
    "\ud800",
    "\\boxed{\ud800}",
  ]] as const;
  for (const [gold, prediction] of pairs) {
    assertEquals(await verifier.verify(gold, prediction), {
      status: "done",
      value: verifyAnswer(gold, prediction),
    });
  }
});

Deno.test("Verifier keeps the order of a batch, with one worker and with several", async () => {
  const pairs = Array.from({ length: 60 }, (_, k) => ({
    gold: `\\sqrt{${k}}`,
    prediction: `\\boxed{${k % 3 === 0 ? k : k + 1}^{1/2}}`,
  }));
  const expected = pairs.map((_, k) => k % 3 === 0);
  for (const workers of [1, 3]) {
    await using verifier = new Verifier({ workers, deadlineMs: 20_000 });
    assertEquals((await verifier.verifyAll(pairs)).map(verdict), expected);
  }
});

Deno.test("Verifier reports a timeout as one and goes on with the next", async () => {
  await using verifier = new Verifier({ deadlineMs: 700 });
  assertEquals(verdict(await verifier.verify("1", "\\boxed{1}")), true);
  const long = "\\boxed{1} and ".repeat(10_000_000);
  const results = await verifier.verifyAll([
    { gold: "1", prediction: long },
    { gold: "1", prediction: "\\boxed{1}" },
    { gold: "1", prediction: "\\boxed{2}" },
  ]);
  assertEquals(results.map(verdict), ["timeout", true, false]);
});

Deno.test("Verifier hands the options of verifyAnswer() to its workers, and their errors back", async () => {
  await using rounded = new Verifier({ rounded: true, deadlineMs: 20_000 });
  assertEquals(verdict(await rounded.verify("1.6", "1.62")), true);
  await using exact = new Verifier({ deadlineMs: 20_000 });
  assertEquals(verdict(await exact.verify("1.6", "1.62")), false);
  await using broken = new Verifier({ relativeTolerance: 2, deadlineMs: 20_000 });
  assertEquals((await broken.verify("1", "1")).status, "error");
});

Deno.test("Verifier ends what is left with an error when it is disposed of", async () => {
  const verifier = new Verifier();
  const waiting = verifier.verifyAll([{ gold: "1", prediction: "1" }, {
    gold: "1",
    prediction: "1",
  }]);
  await verifier[Symbol.asyncDispose]();
  assertEquals((await waiting).map(verdict), ["error", "error"]);
  assertEquals(verdict(await verifier.verify("1", "1")), "error");
});

Deno.test("Verifier refuses options out of range", () => {
  assertThrows(
    () => new Verifier({ deadlineMs: 0 }),
    InputError,
    "deadlineMs: expected a whole number from 1",
  );
  assertThrows(
    () => new Verifier({ workers: 1.5 }),
    InputError,
    "workers: expected a whole number from 1 to 64",
  );
});
