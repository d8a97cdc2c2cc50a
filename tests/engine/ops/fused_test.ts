/** @file Operators with a kernel for float32 alone: plain operators stand in for it in float64. */
import { assert, assertEquals } from "@std/assert";
import { CASES } from "./cases.ts";
import { operatorCases } from "./golden.ts";
import { compileCase, relativeError } from "./run_case.ts";

const golden = await operatorCases();
const FUSED = {
  "rmsNorm 3": "SimplifiedLayerNormalization",
  rope: "RotaryEmbedding",
  silu: "Sigmoid",
};

for (const [name, operator] of Object.entries(FUSED)) {
  Deno.test(`${name}: ${operator} in float32 and plain operators in float64 agree`, () => {
    using single = compileCase(CASES[name]!, golden[name]!, "float32");
    using double = compileCase(CASES[name]!, golden[name]!, "float64");
    assertEquals([single, double].map((c) => c.operators.has(operator)), [true, false]);
    single.run();
    double.run();
    assert(relativeError(single.output, double.output) < 1e-6);
    for (const [of, gradient] of single.gradients) {
      assert(relativeError(gradient, double.gradients.get(of)!) < 1e-6, of);
    }
  });
}
