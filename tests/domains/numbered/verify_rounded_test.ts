import { assertEquals } from "@std/assert";
import { verify as exact } from "../../../src/domains/numbered/verify.ts";
import { verify as rounded } from "../../../src/domains/numbered/verify_rounded.ts";

Deno.test("verify() of rounded answers takes more digits than the expected decimal has, and nothing else", () => {
  const cases: [gold: string, completion: string, exactly: boolean, rounded: boolean][] = [
    ["1.6", "\\boxed{1.6}", true, true],
    ["1.6", "\\boxed{1.571}", false, true],
    ["4.5e33", "\\boxed{4.52 \\times 10^{33}}", false, true],
    ["1.6", "\\boxed{1.66}", false, false],
    ["1.6", "\\boxed{-1.6}", false, false],
    ["10", "\\boxed{10.2}", false, false],
    ["", "\\boxed{1}", false, false],
  ];
  for (const [gold, completion, ...expected] of cases) {
    const found = [exact, rounded].map((verify) => verify(gold, completion).correct);
    assertEquals(found, expected, `${gold} <- ${completion}`);
  }
});
