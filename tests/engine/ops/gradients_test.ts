/**
 * @file Every differentiable operator: its value and gradients against central differences in float64, and against
 * PyTorch in both types.
 */
import { assert, assertEquals } from "@std/assert";
import { CASES } from "./cases.ts";
import { operatorCases } from "./golden.ts";
import { centralDifferences, compileCase, relativeError } from "./run_case.ts";

const golden = await operatorCases();

/** Bounds on relative errors; what is measured is at most a sixth of each. */
const BOUND = { differences: 1e-8, float64: 1e-13, float32: 2e-6 };
const TYPES = ["float32", "float64"] as const;

function check(what: string, found: number, bound: number): void {
  assert(found <= bound, `${what}: relative error ${found}, expected at most ${bound}`);
}

Deno.test("the table of operators has the cases of the golden file", () => {
  assertEquals(Object.keys(CASES).sort(), Object.keys(golden).sort());
});

for (const [name, build] of Object.entries(CASES)) {
  Deno.test(`${name}: gradients in float64 are those of central differences and PyTorch`, () => {
    const expected = golden[name]!;
    using compiled = compileCase(build, expected, "float64");
    assertEquals(compiled.shape, expected.output.shape);
    compiled.run();
    check("value", relativeError(compiled.output, expected.output.data), BOUND.float64);
    const found = new Map([...compiled.gradients].map(([of, g]) => [of, g.slice()]));
    const differences = centralDifferences(compiled, expected.seed);
    for (const [of, gradient] of found) {
      check(
        `gradient of ${of}`,
        relativeError(gradient, expected.inputs[of]!.gradient!),
        BOUND.float64,
      );
      check(
        `differences of ${of}`,
        relativeError(gradient, differences.get(of)!),
        BOUND.differences,
      );
    }
  });

  Deno.test(`${name}: value and gradients in float32 are PyTorch's`, () => {
    const expected = golden[name]!;
    using compiled = compileCase(build, expected, "float32");
    compiled.run();
    check("value", relativeError(compiled.output, expected.output.data), BOUND.float32);
    for (const [of, gradient] of compiled.gradients) {
      check(
        `gradient of ${of}`,
        relativeError(gradient, expected.inputs[of]!.gradient!),
        BOUND.float32,
      );
    }
  });

  // Without the way back the runtime fuses more.
  for (const dtype of TYPES) {
    Deno.test(`${name}: value alone in ${dtype} is PyTorch's`, () => {
      const expected = golden[name]!;
      using compiled = compileCase(build, expected, dtype, { backward: false });
      compiled.run();
      check("value", relativeError(compiled.output, expected.output.data), BOUND[dtype]);
    });
  }
}
