import { assert, assertEquals, assertLess } from "@std/assert";
import { numberedSteps, plainNumberedSteps } from "../../../src/data/steps/numbered.ts";

/** The actions of a solution that must parse. */
function actions(solution: string, parser = numberedSteps): string[] {
  const parsed = parser(solution);
  assert(parsed.ok, parsed.ok ? "" : parsed.text);
  return parsed.steps.map(({ action }) => action);
}

/** Code and text of the fault of a solution that must not parse. */
function faultOf(solution: string, parser = numberedSteps): [string, string] {
  const parsed = parser(solution);
  assert(!parsed.ok);
  return [parsed.reason, parsed.text];
}

Deno.test("numberedSteps() gives titles, and actions as they stand", () => {
  assertEquals(numberedSteps("1. **A:**\n   x\n\n   y\n\n2. **B**: z  \n"), {
    ok: true,
    steps: [{ action: "**A:**\n   x\n\n   y", title: "A" }, { action: "**B**: z", title: "B" }],
    intro: "",
  });
});

Deno.test("numberedSteps() gives text after the last item to the last step", () => {
  assertEquals(actions("1. **A** x\n2. **B** y\n\nThe final answer is \\(\\boxed{6}\\)."), [
    "**A** x",
    "**B** y\n\nThe final answer is \\(\\boxed{6}\\).",
  ]);
});

Deno.test("numberedSteps() hands the introduction back apart from the steps", () => {
  const parsed = numberedSteps("We use\ninduction.\n\n1. **A** x\n2. **B** y");
  assert(parsed.ok);
  assertEquals(parsed.intro, "We use\ninduction.");
  assertEquals(parsed.steps.length, 2);
});

Deno.test("numberedSteps() starts at the titled items when a list of conditions comes first", () => {
  const parsed = numberedSteps("1. n is odd\n2. n > 2\n\n1. **A** x\n2. **B** y\n3. **C** z");
  assert(parsed.ok);
  assertEquals(parsed.intro, "1. n is odd\n2. n > 2");
  assertEquals(parsed.steps.map(({ title }) => title), ["A", "B", "C"]);
});

Deno.test("numberedSteps() does not split at nested lists", () => {
  assertEquals(actions("1. **A**\n   1. one\n   2. two\n   - dash\n     2. **deep**\n2. **B** y"), [
    "**A**\n   1. one\n   2. two\n   - dash\n     2. **deep**",
    "**B** y",
  ]);
  assertEquals(actions("1. **A**\n\t2. one\n2. **B** y").length, 2);
});

Deno.test("numberedSteps() does not split at a list that starts again from 1", () => {
  assertEquals(
    actions("1. **A**\n1. one\n2. two\n3. three\n2. **B**\n3. **C**\n1. one\n4. **D**"),
    [
      "**A**\n1. one\n2. two\n3. three",
      "**B**",
      "**C**\n1. one",
      "**D**",
    ],
  );
  // A titled list may start again too, as long as it stops before the next step's number.
  assertEquals(actions("1. **A**\n2. **B**\n3. **C**\n1. **c1**\n2. **c2**\n4. **D**").length, 4);
});

Deno.test("numberedSteps() refuses a restarted list that could be the next steps", () => {
  assertEquals(faultOf("1. **A**\n2. **B**\n1. **b1**\n2. **b2**\n3. **C or b3**\n4. **D**"), [
    "ambiguous-numbering",
    "a list inside a step could as well be the steps that follow: number 3 after step 2",
  ]);
});

Deno.test("numberedSteps() does not split inside code or display mathematics", () => {
  assertEquals(
    actions(
      "1. **A**\n```\n2. **no**\n```\n2. **B**\n\\[\n3. 14 \\\\[2pt]\n3. **no**\n\\]\n3. **C**",
    ),
    ["**A**\n```\n2. **no**\n```", "**B**\n\\[\n3. 14 \\\\[2pt]\n3. **no**\n\\]", "**C**"],
  );
  assertEquals(actions("1. **A**\n$$\n2. 5\n$$\n2. **B**").length, 2);
});

Deno.test("numberedSteps() takes a number that begins a line of prose for prose", () => {
  assertEquals(actions("1. **A** It was\n2019. Then\n2. **B** y"), [
    "**A** It was\n2019. Then",
    "**B** y",
  ]);
});

Deno.test("numberedSteps() accepts items indented alike, two digits, and Windows line ends", () => {
  const solution = Array.from({ length: 12 }, (_, at) => ` ${at + 1}. **T${at + 1}** x`);
  assertEquals(actions(solution.join("\r\n")).at(-1), "**T12** x");
  assertEquals(actions("1.\n   **A** x\n2. **B** y", plainNumberedSteps), ["**A** x", "**B** y"]);
});

Deno.test("numberedSteps() says no-steps when nothing is numbered 1", () => {
  for (
    const solution of [
      "",
      "Just prose.",
      "1) **A**\n2) **B**",
      "- **A**",
      "Step 1. **A**",
      "2. a\n3. b",
    ]
  ) {
    assertEquals(faultOf(solution)[0], "no-steps", solution);
  }
});

Deno.test("numberedSteps() says numbering when the numbers jump, go back, or begin elsewhere", () => {
  const text = "the steps do not number 1, 2, 3 and so on: ";
  const cases: [string, string][] = [
    ["1. **A**\n2. **B**\n4. **D**", "step 2 is followed by number 4"],
    ["1. **A**\n2. **B**\n3. **C**\n2. **B**", "step 3 is followed by number 2"],
    ["2. **A**\n3. **B**", "the first has number 2"],
  ];
  for (const [solution, detail] of cases) {
    assertEquals(faultOf(solution), ["numbering", text + detail]);
  }
  assertEquals(faultOf("1. a\n2. b\n7. c", plainNumberedSteps), [
    "numbering",
    `${text}step 2 is followed by number 7`,
  ]);
});

Deno.test("numberedSteps() says untitled-step, and plainNumberedSteps() takes the step without", () => {
  assertEquals(faultOf("1. x\n2. y"), ["untitled-step", "a step has no bold title: step 1"]);
  assertEquals(faultOf("1. **A** x\n2. **B** y\n3. z\n4. **D** w"), [
    "untitled-step",
    "a step has no bold title: step 3",
  ]);
  assertEquals(faultOf("1. x **late**\n2. y\n3. **C** z")[0], "untitled-step");
  const parsed = plainNumberedSteps("1. x\n2. **B** y");
  assert(parsed.ok);
  assertEquals(parsed.steps, [{ action: "x" }, { action: "**B** y", title: "B" }]);
});

Deno.test("numberedSteps() says too-few-steps when there is one", () => {
  assertEquals(faultOf("1. **A** all at once"), [
    "too-few-steps",
    "there are fewer than two steps",
  ]);
});

Deno.test("numberedSteps() says empty-step when an item has no text", () => {
  assertEquals(faultOf("1. **A** x\n2.\n3. **C** y"), ["empty-step", "a step has no text: step 2"]);
});

Deno.test("numberedSteps() takes linear time when a solution is long and hostile", () => {
  const begun = performance.now();
  for (
    const line of ["1. **", "1. **A**", " ".repeat(50), "**", "1. \\[", "```", "9".repeat(50) + "."]
  ) {
    plainNumberedSteps(`${line}\n`.repeat(50_000));
    plainNumberedSteps(line.repeat(50_000));
  }
  assertLess(performance.now() - begun, 5_000);
});

Deno.test("numberedSteps() says not-text for a conversation", () => {
  for (const parser of [numberedSteps, plainNumberedSteps]) {
    assertEquals(parser([{ role: "assistant", content: "1. **A**" }]), {
      ok: false,
      reason: "not-text",
      text: "the solution is a conversation, and the parser reads text",
    });
  }
});

Deno.test("plainNumberedSteps() gives for titled steps what numberedSteps() gives", () => {
  const solution = "Let x.\n1. **A** x\n1. one\n2. two\n2. **B**\n```\n3. no\n```\n3. **C** y";
  const parsed = numberedSteps(solution);
  assert(parsed.ok);
  assertEquals(plainNumberedSteps(solution), parsed);
});
