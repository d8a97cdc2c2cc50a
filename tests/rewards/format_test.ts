import { assertEquals, assertLess } from "@std/assert";
import {
  beforeAction,
  FORMAT_FAULTS,
  type FormatFault,
  type FormatOptions,
  parseOutput,
  splitRollout,
} from "../../src/rewards/format.ts";
import { BROKEN_OUTPUTS, GOOD_OUTPUTS } from "./format_fixtures.ts";
import { HOSTILE } from "./rollouts.ts";

for (const { name, completion, options, think, action } of GOOD_OUTPUTS) {
  Deno.test(`parseOutput() accepts an output when it has ${name}`, () => {
    assertEquals(parseOutput(completion, options), { ok: true, think, action });
  });
}

for (const { name, completion, options, reason } of BROKEN_OUTPUTS) {
  Deno.test(`parseOutput() says ${reason} when an output has ${name}`, () => {
    const text = FORMAT_FAULTS[reason];
    assertEquals(parseOutput(completion, options), { ok: false, reason, text });
  });
}

Deno.test("parseOutput() says the same again when the demanded form has lastIndex set", () => {
  const action = /x/g;
  action.lastIndex = 1;
  for (let time = 0; time < 3; time++) {
    assertEquals(parseOutput("<think></think>x", { action }).ok, true);
  }
});

Deno.test("parseOutput() takes linear time when an output is long and full of tags", () => {
  const begun = performance.now();
  for (const part of ["<think>", "</think>", "<", " ", "<think></think>"]) {
    parseOutput(part.repeat(200_000));
    parseOutput("<think>" + part.repeat(200_000), { thinkOpened: true });
  }
  assertLess(performance.now() - begun, 20_000);
});

const many = (completion: string, options: FormatOptions = {}) =>
  splitRollout(completion, { ...options, thoughts: "many" });

Deno.test("parseOutput() joins the pairs of a whole solution", () => {
  const solution = "<think>a</think>x = 1\n<think> b\n</think>\n\nx = 2\n";
  assertEquals(many(solution), {
    completion: solution,
    think: "a\nb",
    action: "x = 1\nx = 2",
    formatError: null,
  });
  assertEquals(splitRollout(solution).formatError, "second-think");
  for (const { completion, options, think, action } of GOOD_OUTPUTS) {
    assertEquals(many(completion, options), { completion, think, action, formatError: null });
  }
});

Deno.test("parseOutput() refuses a whole solution for the first pair that is not in the format", () => {
  const cases: [string, FormatOptions, FormatFault][] = [
    ["", {}, "missing-open"],
    ["x = 1", {}, "missing-open"],
    ["x<think>a</think>b", {}, "text-before-think"],
    ["<think>a</think>b<think>c", {}, "missing-close"],
    ["<think>a</think><think>b</think>c", {}, "empty-action"],
    ["<think>a</think>b<think>c</think>", {}, "empty-action"],
    ["<think>a<think>b</think>c", {}, "second-think"],
    ["<think>a</think>b</think>c", {}, "second-think"],
    ["<think>a</think>1<think>b</think>x", { action: /\d/ }, "action-form"],
    ["<think>a</think>1", { thinkOpened: true }, "second-think"],
  ];
  for (const [completion, options, fault] of cases) {
    assertEquals(many(completion, options).formatError, fault, completion);
  }
  assertEquals(
    many("a</think>1<think>b</think>2", { thinkOpened: true, action: /\d/ }).action,
    "1\n2",
  );
});

Deno.test("parseOutput() takes linear time for a hundred thousand pairs", () => {
  const begun = performance.now();
  assertEquals(many("<think>a</think>b".repeat(100_000)).formatError, null);
  for (const text of HOSTILE) assertEquals(many(text).action, null);
  assertLess(performance.now() - begun, 10_000);
});

Deno.test("beforeAction() ends where the last action begins", () => {
  assertEquals(beforeAction("<think>a</think> \n b \n"), "<think>a</think> \n ");
  assertEquals(
    beforeAction("<think>a</think>b<think>c</think>d"),
    "<think>a</think>b<think>c</think>",
  );
});
