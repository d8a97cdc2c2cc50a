import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { formatTokenizer } from "../../src/policy/tokenizer/tokenizer_files.ts";
import {
  corruptSteps,
  type LandscapeStep,
  requireScorable,
  sampleSteps,
  scoreCorrupted,
} from "../../src/rewards/landscape.ts";
import { parseRewards } from "../../src/rewards/landscape_rewards.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { acting } from "./rollouts.ts";

const step = (problemId: string, at: number, target: string): LandscapeStep => ({
  id: `${problemId}#${at}`,
  problemId,
  target,
  problem: "Solve.",
  answer: "6",
});

const STEPS = [
  step("p1", 1, "Double both sides: x = 6. So the value of x is 6, as wanted."),
  step("p1", 2, "Check"),
  step("p2", 1, "Multiply by 4, then add 12; the sum is 52."),
];

Deno.test("sampleSteps() draws by the seed, each at most once, in order", () => {
  const all = Array.from({ length: 100 }, (_, at) => at);
  const drawn = sampleSteps(all, 30, 1);
  assertEquals(drawn, [...new Set(drawn)].sort((a, b) => a - b));
  assertEquals([drawn.length, sampleSteps(all, 500, 1)], [30, all]);
  assertNotEquals(drawn, sampleSteps(all, 30, 2));
});

Deno.test("corruptSteps() leaves out what cannot be done, and draws from all problems", () => {
  const of = (id: string) => corruptSteps(STEPS, STEPS, 0).filter(({ step }) => step.id === id);
  const whole = ["copy", "drop-10", "drop-20", "drop-30", "drop-50", "digits", "order"];
  const every = [...whole, "half", "double", "other"];
  assertEquals(of("p1#1").map(({ corruption }) => corruption), every);
  assertEquals(of("p1#2").map(({ corruption }) => corruption), ["copy", "half", "double", "other"]);
  assertEquals(of("p1#2").at(-1)?.action, STEPS[2]!.target);
  assertEquals(corruptSteps(STEPS.slice(0, 1), STEPS, 0).at(-1)?.action, STEPS[2]!.target);
});

Deno.test("corruptSteps() corrupts a step alike whatever else is there, and otherwise by another seed", () => {
  const actions = (steps: LandscapeStep[], seed: number) =>
    corruptSteps(steps, STEPS, seed).filter(({ step }) => step.id === "p2#1");
  assertEquals(actions(STEPS, 3), actions(STEPS.slice(2), 3));
  assertNotEquals(actions(STEPS, 3), actions(STEPS, 4));
});

Deno.test("scoreCorrupted() gives every reward's own score for every corrupted step", async () => {
  const corrupted = corruptSteps(STEPS, STEPS, 0);
  const heard: [number, number][] = [];
  const scores = await scoreCorrupted(corrupted, parseRewards(["levenshtein", "bleu"], []), {
    workers: 2,
    onProgress: (done, total) => heard.push([done, total]),
  });
  assertEquals(scores.length, 2 * corrupted.length);
  assertEquals(heard, [[corrupted.length, scores.length], [scores.length, scores.length]]);
  for (const [k, kind] of (["levenshtein", "bleu"] as const).entries()) {
    const reward = await makeReward(kind);
    for (const [at, { step, action, corruption }] of corrupted.entries()) {
      const { value } = await reward.score(acting(action), step);
      const row = { reward: kind, corruption, step: step.id, value };
      assertEquals(scores[k * corrupted.length + at], row);
    }
  }
});

Deno.test("scoreCorrupted() counts a reward that throws as a failure, never as a score", async () => {
  const corrupted = corruptSteps(STEPS.slice(0, 1), STEPS, 0);
  const scores = await scoreCorrupted(corrupted, parseRewards(["tool-call"], []), { workers: 1 });
  assertEquals(scores.length, corrupted.length);
  for (const { value, failure } of scores) {
    assertEquals(value, null);
    assertMatch(failure ?? "", /^error: .*expected a call in the expert's action/);
  }
});

Deno.test("scoreCorrupted() does not take a step that speaks of <think> for a broken format", async () => {
  const spoken = step("p3", 1, "Close it with </think> and go on.");
  const copies = corruptSteps([spoken], [spoken], 0).slice(0, 1);
  const [score] = await scoreCorrupted(copies, parseRewards(["similarity"], []), { workers: 1 });
  assert(score?.corruption === "copy");
  assertEquals(score.value, 1);
});

Deno.test("scoreCorrupted() gives rewards their resources", async () => {
  const rewards = parseRewards(['{"kind":"similarity","unit":"token"}'], []);
  await assertRejects(() => scoreCorrupted([], rewards, { workers: 1 }), InputError, "token");
  const vocab = new Map([["a", 0], ["b", 1]]);
  const resources = { tokenizer: formatTokenizer({ vocab, merges: [] }, []) };
  const corrupted = [{ step: step("p1", 1, "abab"), corruption: "half", action: "ab" }];
  const [score] = await scoreCorrupted(corrupted, rewards, { workers: 1, resources });
  assertEquals(score?.value, 4 / 6);
});

Deno.test("requireScorable() names the reward, what it lacks, and a file that cannot be loaded", async () => {
  const cases: [string, string][] = [
    ["answer", "--reward answer: needs whole solutions"],
    ["patch", "--reward patch: none of the 3 steps can be scored; p1#1: patch: expected a unified"],
    ['{"kind":"module","file":"none.ts"}', "--reward module file=none.ts: none.ts: cannot be "],
    ['{"kind":"embedding","model":"none"}', "--reward embedding model=none: none/tokenizer.json: "],
  ];
  for (const [text, message] of cases) {
    const check = () => requireScorable(parseRewards(["bleu", text], []), STEPS, {});
    await assertRejects(check, InputError, message);
  }
  await requireScorable(parseRewards(["builtin"], []), STEPS, {});
});
