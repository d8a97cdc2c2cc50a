import { assertAlmostEquals, assertEquals } from "@std/assert";
import { lossWeights } from "../../src/algorithms/loss_weights.ts";
import { POLICY_LOSSES, type PolicyLoss } from "../../src/algorithms/policy_loss.ts";
import { pack } from "../../src/policy/packing.ts";

const completion = (length: number) => ({ tokens: Array(length).fill(7), tag: length });
/** Two micro-batches: of 1 and 3 tokens, and of 8. */
const BATCHES = [
  ...pack([{ prompt: [5], completions: [completion(1), completion(3)] }], { maxTokens: 64 }),
  ...pack([{ prompt: [5, 6], completions: [completion(8)] }], { maxTokens: 64 }),
];
const COUNTS = { completions: 4, maxTokens: 10 };

/** Sums of the weights, by completion. */
function sums(loss: PolicyLoss, batches = BATCHES): Record<number, number> {
  const found: Record<number, number> = {};
  lossWeights(loss, batches, COUNTS).forEach((weights, i) =>
    batches[i]!.entries.forEach(({ tag }, at) => found[tag] = (found[tag] ?? 0) + weights[at]!)
  );
  return found;
}

Deno.test("lossWeights() shares the loss out among completions as each loss says", () => {
  // One of the four completions has no entries: it counts for the losses that count completions.
  const expected: Record<PolicyLoss, [number, number, number]> = {
    grpo: [1 / 4, 1 / 4, 1 / 4],
    gspo: [1 / 4, 1 / 4, 1 / 4],
    dr_grpo: [1 / 40, 3 / 40, 8 / 40],
    dapo: [1 / 12, 3 / 12, 8 / 12],
    cispo: [1 / 12, 3 / 12, 8 / 12],
    bnpo: [1 / 8, 3 / 8, 1 / 2],
  };
  for (const loss of POLICY_LOSSES) {
    const found = sums(loss);
    [1, 3, 8].forEach((length, i) => assertAlmostEquals(found[length]!, expected[loss][i]!, 1e-6));
  }
});

Deno.test("lossWeights() gives the same for one micro-batch as for several, bnpo excepted", () => {
  const groups = [
    { prompt: [5], completions: [completion(1), completion(3)] },
    { prompt: [5, 6], completions: [completion(8)] },
  ];
  const whole = pack(groups, { maxTokens: 64 });
  assertEquals(whole.length, 1);
  for (const loss of POLICY_LOSSES) {
    const [one, two] = [sums(loss, whole), sums(loss)];
    const same = [1, 3, 8].every((length) => Math.abs(one[length]! - two[length]!) < 1e-6);
    assertEquals(same, loss !== "bnpo", loss);
  }
});

Deno.test("lossWeights() of nothing is nothing", () => {
  for (const loss of POLICY_LOSSES) assertEquals(lossWeights(loss, [], COUNTS), []);
});
