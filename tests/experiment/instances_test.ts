import { assertEquals } from "@std/assert";
import { steps, tokens } from "../../src/data/granularity/granularity.ts";
import { describe } from "../../src/experiment/problems.ts";
import { srl, type SrlOptions, srlSchema } from "../../src/experiment/srl.ts";

const REST = { updates: 1, learningRate: 1e-3 };

/** The problems of a stage with some keys. */
function problems(options: Record<string, unknown>): string[] {
  const input = { kind: "srl", ...REST, ...options };
  const result = srlSchema.safeParse(input);
  return result.success ? [] : describe(input, result.error);
}

Deno.test("srl() takes every granularity, targets and context as declared", () => {
  for (
    const granularity of ["step", steps(3), "sentence", tokens(200), "whole", "answer"] as const
  ) {
    assertEquals(srlSchema.parse(srl({ ...REST, granularity })).granularity, granularity);
  }
  const options: Partial<SrlOptions> = { targets: "2..N", nextTitle: true, context: { last: 2 } };
  const { targets, nextTitle, context } = srlSchema.parse(srl({ ...REST, ...options }));
  assertEquals({ targets, nextTitle, context }, options);
});

Deno.test("srl() names what is wrong with a granularity", () => {
  const expected = 'expected "step" or steps(k) or "sentence" or tokens(n) or "whole" or "answer"';
  const cases: [unknown, string[]][] = [
    ["setp", [`granularity: found "setp"; ${expected}; did you mean "step"?`]],
    ["token", [`granularity: found "token"; ${expected}; did you mean tokens?`]],
    ["steps", [`granularity: found "steps"; ${expected}; did you mean steps?`]],
    [7, [`granularity: found 7; ${expected}`]],
    [{ kind: "step" }, [`granularity: found {"kind":"step"}; ${expected}`]],
    [steps(1), [
      'granularity.k: found 1; expected a whole number of steps, at least 2; one step is "step"',
    ]],
    [{ kind: "steps" }, [
      'granularity.k: missing; expected a whole number of steps, at least 2; one step is "step"',
    ]],
    [tokens(0.5), ["granularity.n: found 0.5; expected a whole number of tokens, at least 1"]],
    [{ kind: "tokens", n: 9, k: 1 }, ["granularity.k: unknown key (found 1); valid keys: kind, n"]],
  ];
  for (const [granularity, lines] of cases) {
    assertEquals(problems({ granularity }), lines);
  }
});

Deno.test("srl() names what is wrong with a context and a title", () => {
  assertEquals(problems({ context: "al" }), [
    'context: found "al"; expected "all", or an object { last }',
  ]);
  assertEquals(problems({ context: { last: 0 } }), [
    "context.last: found 0; expected a whole number of actions, at least 1",
  ]);
  assertEquals(problems({ nextTitle: "yes" }), ['nextTitle: found "yes"; expected true or false']);
});

Deno.test("srl() refuses combinations that mean nothing, all at once", () => {
  assertEquals(
    problems({ granularity: "whole", targets: "2..N", nextTitle: true, context: { last: 2 } }),
    [
      'targets: found "2..N"; expected "1..N" with granularity "whole": there is one action',
      'nextTitle: found true; expected false with granularity "whole": no single step is asked for',
      'context: found {"last":2}; expected "all" with granularity "whole": no action comes before',
    ],
  );
  assertEquals(problems({ granularity: "answer", learningRate: -1, nextTitle: true }).length, 2);
  assertEquals(problems({ granularity: "sentence", targets: "2..N", nextTitle: true }), []);
});
