import { assertEquals, assertThrows } from "@std/assert";
import { objectiveOf, POLICY_LOSSES } from "../../src/algorithms/policy_loss.ts";

const NO_KL = { klCoefficient: 0, klEstimator: null };

Deno.test("objectiveOf() gives every loss its objective", () => {
  for (const loss of POLICY_LOSSES) {
    const low = loss === "cispo" ? null : 0.2;
    const found = objectiveOf({ loss, clip: { low, high: 0.3 }, ...NO_KL });
    assertEquals(
      found,
      loss === "cispo" ? { kind: "cispo", clipHigh: 0.3, klCoefficient: 0 } : {
        kind: "surrogate",
        ratio: loss === "gspo" ? "sequence" : "token",
        clipLow: 0.2,
        clipHigh: 0.3,
        klCoefficient: 0,
      },
    );
  }
  const kl = { klCoefficient: 0.5, klEstimator: "unbiased" } as const;
  assertEquals(objectiveOf({ loss: "cispo", clip: { low: null, high: 4 }, ...kl }), {
    kind: "cispo",
    clipHigh: 4,
    ...kl,
  });
});

Deno.test("objectiveOf() refuses a lower bound of cispo, and none of the others", () => {
  const wrong = [["cispo", 0.2], ["grpo", null]] as const;
  for (const [loss, low] of wrong) {
    assertThrows(
      () => objectiveOf({ loss, clip: { low, high: 0.2 }, ...NO_KL }),
      RangeError,
      `${loss} with a lower bound of ${low}`,
    );
  }
});
