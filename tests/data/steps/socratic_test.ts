import { assert, assertEquals, assertLess } from "@std/assert";
import { socraticSteps } from "../../../src/data/steps/socratic.ts";
import type { Solution } from "../../../src/data/steps/parser.ts";

/** Code and text of the fault of a solution that must not parse. */
function faultOf(solution: Solution): [string, string] {
  const parsed = socraticSteps(solution);
  assert(!parsed.ok);
  return [parsed.reason, parsed.text];
}

Deno.test("socraticSteps() makes sub-questions titles and gives the answer apart", () => {
  const parsed = socraticSteps(
    "How many? ** 2**3 = <<2**3=8>>8\n\nDefine a variable: ** Let x = 8.\n#### 8\n",
  );
  assertEquals(parsed, {
    ok: true,
    steps: [
      // Only the first pair of asterisks divides: the others are a power.
      { action: "**How many?** 2**3 = <<2**3=8>>8", title: "How many?" },
      { action: "**Define a variable:** Let x = 8.", title: "Define a variable" },
    ],
    intro: "",
    answer: "8",
  });
});

Deno.test("socraticSteps() takes a solution of one step", () => {
  const parsed = socraticSteps("How much? ** 3\n#### 3");
  assertEquals(parsed.ok && parsed.steps.length, 1);
});

Deno.test("socraticSteps() names line and form of what it cannot read", () => {
  assertEquals(faultOf("How? ** so\nno question\n#### 1"), [
    "malformed-line",
    "a line is not of the form `sub-question ** step`: line 2",
  ]);
  for (const line of ["** so", "How? **", "How?**", "**", "* *", " : ** x"]) {
    assertEquals(faultOf(`${line}\n#### 1`)[0], "malformed-line", line);
  }
  assertEquals(faultOf("How? ** so")[0], "no-answer-line");
  assertEquals(faultOf("How? ** so\n####")[0], "no-answer-line");
  assertEquals(faultOf("How? ** so\n#### 1\nmore")[0], "no-answer-line");
  assertEquals(faultOf(" \n")[0], "empty-solution");
  assertEquals(faultOf("#### 3")[0], "empty-solution");
  assertEquals(faultOf([])[0], "not-text");
});

Deno.test("socraticSteps() takes linear time when a solution is long and hostile", () => {
  const begun = performance.now();
  for (const part of ["*", "**", "a ** ", "\n", "#", "#### ", " ", "\ud800"]) {
    socraticSteps(part.repeat(1_000_000 / part.length));
    socraticSteps(`${part.repeat(1_000_000 / part.length)}\n#### 1`);
    socraticSteps(`${part}\n`.repeat(100_000) + "#### 1");
  }
  assertLess(performance.now() - begun, 5_000);
});
