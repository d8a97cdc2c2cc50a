import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { verifyAnswer } from "../../src/verifier/verify_answer.ts";

/** [kind, gold, answer, what we hold to be true, what Math-Verify says]; see make_verifier.py. */
type Case = readonly [string, string, string, boolean, boolean];

const url = new URL("../golden/verifier.json", import.meta.url);
const cases: readonly Case[] = JSON.parse(await Deno.readTextFile(url));

const raw = String.raw;

/** Where we differ from Math-Verify 0.9.0, as "gold <- answer", by the reason. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  "an exponent after e is a decimal exponent, 2.04e2; Math-Verify multiplies by Euler's number": [
    "204 <- 2.04e2",
    raw`1.5e10 <- 1.5 \times 10^{10}`,
    raw`1.5e10 <- 1.5 \cdot 10^{10}`,
    "1.5e10 <- 15000000000",
    raw`1.5e10 <- 15 \times 10^9`,
    raw`2.88e-19 <- 2.88 \times 10^{-19}`,
    raw`2.88e-19 <- 28.8 \times 10^{-20}`,
  ],
  "a complex number in polar form is the same number": [raw`1+\sqrt{3}i <- 2e^{i\pi/3}`],
  "units that both sides have are compared; Math-Verify drops them": [
    raw`25\text{ seconds} <- 25\text{ minutes}`,
    raw`25\text{ seconds} <- 25\text{ kg}`,
    raw`15\mbox{ cm}^2 <- 15\text{ m}^2`,
    raw`15\mbox{ cm}^2 <- 15\text{ cm}^3`,
    raw`125\text{ miles} <- 125\text{ km}`,
  ],
  "both signs of the empty set are one": [raw`\emptyset <- \varnothing`],
  "a chain of inequalities may be written from the right": [raw`-2\le x\le 7 <- 7\ge x\ge -2`],
  "a number in base 6 is not the number with these digits in base 5": ["204_5 <- 204_6"],
  "a letter may stand in parentheses": ["A <- (A)", "C <- (C)", "D <- (D)"],
};

function verdict([kind, gold, answer]: Case): boolean {
  return kind === "choice"
    ? verifyAnswer(gold, `The answer is ${answer}.`).correct
    : verifyAnswer(`$${gold}$`, `\\boxed{${answer}}`).correct;
}

Deno.test("verifyAnswer() agrees with Math-Verify except for the differences listed", () => {
  const differing = cases.filter((c) => verdict(c) !== c[4]).map(([, gold, answer]) =>
    `${gold} <- ${answer}`
  );
  assertEquals(differing.toSorted(), Object.values(DIFFERENCES).flat().toSorted());
});

Deno.test("verifyAnswer() calls every pair right or wrong as it is", () => {
  assertGreaterOrEqual(cases.length, 500);
  assertEquals(
    cases.filter((c) => verdict(c) !== c[3]).map(([, gold, answer]) => `${gold} <- ${answer}`),
    [],
  );
});
