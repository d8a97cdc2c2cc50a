import { assert, assertEquals, assertLess } from "@std/assert";
import { parseNumberedSteps, type StepsOptions } from "../../src/data/numbered_steps.ts";

/** The actions of a solution that must parse. */
function actions(solution: string, options?: StepsOptions): string[] {
  const parsed = parseNumberedSteps(solution, options);
  assert(parsed.ok, parsed.ok ? "" : parsed.text);
  return parsed.steps.map(({ action }) => action);
}

/** Code and text of the fault of a solution that must not parse. */
function faultOf(solution: string, options?: StepsOptions): [string, string] {
  const parsed = parseNumberedSteps(solution, options);
  assert(!parsed.ok);
  return [parsed.reason, parsed.text];
}

const optional: StepsOptions = { titles: "optional" };

Deno.test("parseNumberedSteps() gives titles, and actions as they stand", () => {
  assertEquals(parseNumberedSteps("1. **A:**\n   x\n\n   y\n\n2. **B**: z  \n"), {
    ok: true,
    steps: [{ action: "**A:**\n   x\n\n   y", title: "A" }, { action: "**B**: z", title: "B" }],
    intro: "",
  });
});

Deno.test("parseNumberedSteps() gives text after the last item to the last step", () => {
  assertEquals(actions("1. **A** x\n2. **B** y\n\nThe final answer is \\(\\boxed{6}\\)."), [
    "**A** x",
    "**B** y\n\nThe final answer is \\(\\boxed{6}\\).",
  ]);
});

Deno.test("parseNumberedSteps() hands the introduction back apart from the steps", () => {
  const parsed = parseNumberedSteps("We use\ninduction.\n\n1. **A** x\n2. **B** y");
  assert(parsed.ok);
  assertEquals(parsed.intro, "We use\ninduction.");
  assertEquals(parsed.steps.length, 2);
});

Deno.test("parseNumberedSteps() starts at the titled items when a list of conditions comes first", () => {
  const parsed = parseNumberedSteps("1. n is odd\n2. n > 2\n\n1. **A** x\n2. **B** y\n3. **C** z");
  assert(parsed.ok);
  assertEquals(parsed.intro, "1. n is odd\n2. n > 2");
  assertEquals(parsed.steps.map(({ title }) => title), ["A", "B", "C"]);
});

Deno.test("parseNumberedSteps() does not split at nested lists", () => {
  assertEquals(actions("1. **A**\n   1. one\n   2. two\n   - dash\n     2. **deep**\n2. **B** y"), [
    "**A**\n   1. one\n   2. two\n   - dash\n     2. **deep**",
    "**B** y",
  ]);
  assertEquals(actions("1. **A**\n\t2. one\n2. **B** y").length, 2);
});

Deno.test("parseNumberedSteps() does not split at a list that starts again from 1", () => {
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

Deno.test("parseNumberedSteps() refuses a restarted list that could be the next steps", () => {
  assertEquals(faultOf("1. **A**\n2. **B**\n1. **b1**\n2. **b2**\n3. **C or b3**\n4. **D**"), [
    "ambiguous-numbering",
    "a list inside a step could as well be the steps that follow: number 3 after step 2",
  ]);
});

Deno.test("parseNumberedSteps() does not split inside code or display mathematics", () => {
  assertEquals(
    actions(
      "1. **A**\n```\n2. **no**\n```\n2. **B**\n\\[\n3. 14 \\\\[2pt]\n3. **no**\n\\]\n3. **C**",
    ),
    ["**A**\n```\n2. **no**\n```", "**B**\n\\[\n3. 14 \\\\[2pt]\n3. **no**\n\\]", "**C**"],
  );
  assertEquals(actions("1. **A**\n$$\n2. 5\n$$\n2. **B**").length, 2);
});

Deno.test("parseNumberedSteps() takes a number that begins a line of prose for prose", () => {
  assertEquals(actions("1. **A** It was\n2019. Then\n2. **B** y"), [
    "**A** It was\n2019. Then",
    "**B** y",
  ]);
});

Deno.test("parseNumberedSteps() accepts items indented alike, two digits, and Windows line ends", () => {
  const solution = Array.from({ length: 12 }, (_, at) => ` ${at + 1}. **T${at + 1}** x`);
  assertEquals(actions(solution.join("\r\n")).at(-1), "**T12** x");
  assertEquals(actions("1.\n   **A** x\n2. **B** y", optional), ["**A** x", "**B** y"]);
});

Deno.test("parseNumberedSteps() says no-steps when nothing is numbered 1", () => {
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

Deno.test("parseNumberedSteps() says numbering when the numbers jump, go back, or begin elsewhere", () => {
  const text = "the steps do not number 1, 2, 3 and so on: ";
  const cases: [string, string][] = [
    ["1. **A**\n2. **B**\n4. **D**", "step 2 is followed by number 4"],
    ["1. **A**\n2. **B**\n3. **C**\n2. **B**", "step 3 is followed by number 2"],
    ["2. **A**\n3. **B**", "the first has number 2"],
  ];
  for (const [solution, detail] of cases) {
    assertEquals(faultOf(solution), ["numbering", text + detail]);
  }
  assertEquals(faultOf("1. a\n2. b\n7. c", optional), [
    "numbering",
    `${text}step 2 is followed by number 7`,
  ]);
});

Deno.test("parseNumberedSteps() says untitled-step unless titles are optional", () => {
  assertEquals(faultOf("1. x\n2. y"), ["untitled-step", "a step has no bold title: step 1"]);
  assertEquals(faultOf("1. **A** x\n2. **B** y\n3. z\n4. **D** w"), [
    "untitled-step",
    "a step has no bold title: step 3",
  ]);
  assertEquals(faultOf("1. x **late**\n2. y\n3. **C** z")[0], "untitled-step");
  const parsed = parseNumberedSteps("1. x\n2. **B** y", optional);
  assert(parsed.ok);
  assertEquals(parsed.steps, [{ action: "x" }, { action: "**B** y", title: "B" }]);
});

Deno.test("parseNumberedSteps() says too-few-steps when there is one", () => {
  assertEquals(faultOf("1. **A** all at once"), [
    "too-few-steps",
    "there are fewer than two steps",
  ]);
});

Deno.test("parseNumberedSteps() says empty-step when an item has no text", () => {
  assertEquals(faultOf("1. **A** x\n2.\n3. **C** y"), ["empty-step", "a step has no text: step 2"]);
});

Deno.test("parseNumberedSteps() takes linear time when a solution is long and hostile", () => {
  const begun = performance.now();
  for (
    const line of ["1. **", "1. **A**", " ".repeat(50), "**", "1. \\[", "```", "9".repeat(50) + "."]
  ) {
    parseNumberedSteps(`${line}\n`.repeat(50_000));
    parseNumberedSteps(line.repeat(50_000));
  }
  assertLess(performance.now() - begun, 5_000);
});
