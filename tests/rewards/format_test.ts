import { assertEquals, assertLess } from "@std/assert";
import { FORMAT_FAULTS, parseOutput } from "../../src/rewards/format.ts";
import { BROKEN_OUTPUTS, GOOD_OUTPUTS } from "./format_fixtures.ts";

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
  assertLess(performance.now() - begun, 2_000);
});
