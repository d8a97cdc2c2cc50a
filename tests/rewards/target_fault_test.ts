import { assert, assertEquals, assertRejects } from "@std/assert";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import { targetFault } from "../../src/rewards/target_fault.ts";
import { acting, HOSTILE } from "./rollouts.ts";

const CALL = "<function=bash><parameter=command>ls</parameter></function>";
const DIFF = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n";
const instance = (target: string, answer = "7") => ({ target, problem: "", answer });
const fault = (declared: unknown, target: string, answer?: string) =>
  targetFault(rewardSchema.parse(declared), instance(target, answer));

Deno.test("targetFault() knows what tool-call, patch and answer cannot do without, and says what they throw", async () => {
  const cases = [
    ["tool-call", CALL, "Look around.", "7"],
    ["patch", DIFF, "x = new", "7"],
    ["answer", "", "", " "],
  ] as const;
  const verify = () => ({ correct: true, extracted: "7" });
  for (const [kind, good, bad, answer] of cases) {
    assertEquals(fault(kind, good), null);
    const found = fault(kind, bad, answer);
    assert(found?.startsWith(`${kind}: expected `), `${found}`);
    const reward = await makeReward(kind, { verify });
    const score = async () => await reward.score(acting("a"), instance(bad, answer));
    await assertRejects(score, Error, found!);
  }
  for (const kind of ["similarity", "levenshtein", "format", "expert-likelihood"]) {
    assertEquals(fault(kind, "Look around.", ""), null);
  }
});

Deno.test("targetFault() goes through every combinator", () => {
  const bad = "Look around.";
  for (
    const declared of [
      {
        kind: "sum",
        of: [{ weight: 1, reward: "similarity" }, { weight: 1, reward: "tool-call" }],
      },
      { kind: "min", of: ["similarity", "tool-call"] },
      { kind: "gate", reward: "tool-call", when: "format" },
      { kind: "gate", reward: "similarity", when: "tool-call" },
      { kind: "clip", reward: "tool-call", low: 0, high: 0.5 },
      { kind: "anneal", from: "similarity", to: "tool-call", start: 0, end: 9 },
      { kind: "anneal", from: { kind: "min", of: ["tool-call", "bleu"] }, to: "bleu", end: 9 },
    ]
  ) {
    assert(fault(declared, bad)?.startsWith("tool-call: "), JSON.stringify(declared));
    assertEquals(fault(declared, CALL), null, JSON.stringify(declared));
  }
});

Deno.test("targetFault() reads hostile targets in time", () => {
  const begun = performance.now();
  for (const text of HOSTILE) for (const kind of ["tool-call", "patch"]) fault(kind, text);
  assert(performance.now() - begun < 10_000);
});
