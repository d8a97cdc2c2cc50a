import { assertEquals, assertThrows } from "@std/assert";
import {
  parseContext,
  parseGranularity,
  parseMapping,
  parseParser,
} from "../../src/cli/data_options.ts";
import { InputError } from "../../src/errors.ts";

Deno.test("parseGranularity() takes every kind", () => {
  assertEquals(
    ["step", "steps:2", "sentence", "tokens:200", "whole", "answer"].map(parseGranularity),
    [
      "step",
      { kind: "steps", k: 2 },
      "sentence",
      { kind: "tokens", n: 200 },
      "whole",
      "answer",
    ],
  );
});

Deno.test("the options of deno task data name themselves and what was expected", () => {
  const cases: [() => unknown, string][] = [
    [
      () => parseGranularity("hole"),
      '--granularity: found "hole"; expected step or steps:K or sentence or tokens:N or whole or answer; did you mean whole?',
    ],
    [
      () => parseGranularity("steps:1"),
      "--granularity: k: found 1; expected a whole number of steps, at least 2",
    ],
    [() => parseGranularity("steps"), '--granularity: found "steps"; expected step or steps:K'],
    [() => parseContext("2"), '--context: found "2"; expected all or last:M'],
    [() => parseContext("last:0"), "--context: last: found 0; expected a whole number of actions"],
    [() => parseMapping("s2k"), '--mapping: found "s2k"; expected "generic" or "s1k"'],
    [() => parseMapping("{kind"), '--mapping: found "{kind"; expected a name, or JSON'],
    [() => parseMapping('{"kind":"generic","gold":"x"}'), "--mapping: gold: unknown key"],
    [() => parseParser("socrates"), '--parser: found "socrates"; expected "numbered"'],
    [() => parseParser("zzz"), '--parser: found "zzz"; expected numbered or plain-numbered'],
  ];
  for (const [parse, message] of cases) assertThrows(parse, InputError, message);
});
