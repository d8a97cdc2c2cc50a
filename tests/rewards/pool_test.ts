import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { judge } from "../../src/rewards/judge.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { RewardPool, type RewardPoolOptions } from "../../src/rewards/pool.ts";
import type { RewardItem } from "../../src/rewards/protocol.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import { buildCharTokenizer } from "../../src/policy/tokenizer/char_tokenizer.ts";
import { Tokenizer } from "../../src/policy/tokenizer/tokenizer.ts";
import { acting, HOSTILE, rolloutOf, withAnswer, withTarget } from "./rollouts.ts";
import { randomPairs } from "./tables.ts";

const dir = await Deno.makeTempDir();

/** A pool of a reward that judges by its action: `hang`, `throw`, `late`, `exit`, or its number. */
async function troublesome(options: RewardPoolOptions = {}): Promise<RewardPool> {
  const file = `${dir}/trouble.ts`;
  await Deno.writeTextFile(
    file,
    `export default async ({ action }) => {
       if (action === "hang") for (;;);
       if (action === "wait") await new Promise(() => {});
       if (action === "throw") throw new Error("thrown");
       if (action === "late") { setTimeout(() => { throw new Error("too late"); }, 20); }
       if (action === "exit") Deno.exit(3);
       if (action === "slow") { const end = performance.now() + 120; while (performance.now() < end); }
       return { value: Number(action) / 100 || 0, parts: {} };
     };`,
  );
  return await RewardPool.start(rewardSchema.parse({ kind: "module", file }), {
    deadlineMs: 800,
    ...options,
  });
}

const items = (...actions: (string | number)[]): RewardItem[] =>
  actions.map((action) => ({ rollout: acting(`${action}`), instance: withTarget("") }));

/** Values, or the failures' words. */
const seen = async (pool: RewardPool, ...actions: (string | number)[]) =>
  (await pool.score(items(...actions))).map((judgement) =>
    judgement.status === "ok" ? judgement.score.value : `${judgement.status}: ${judgement.message}`
  );

const TIMEOUT = "timeout: no score after 800 ms";

Deno.test("RewardPool scores as this thread does, in order, with any number of workers", async () => {
  const batch = [...randomPairs(5, 60)].map(([a, b], i): RewardItem => ({
    rollout: rolloutOf(i % 7 === 0 ? a : `<think>${b}</think>${a}`),
    instance: withTarget(b),
  }));
  const tokenizer = Tokenizer.of(buildCharTokenizer("abcd", ["<pad>", "<bos>", "<eos>"]));
  const declared = rewardSchema.parse({
    kind: "sum",
    of: ["similarity", { kind: "similarity", unit: "token" }, "bleu"]
      .map((reward) => ({ weight: 0.5, reward })),
  });
  const encode = (text: string) => tokenizer.encode(text);
  const reward = await makeReward(declared, { encode });
  const expected = await Promise.all(batch.map((item) => judge(reward, item)));
  assert(expected.every(({ status }) => status === "ok"));
  for (const workers of [1, 2, 3]) {
    using pool = await RewardPool.start(declared, {
      workers,
      resources: { tokenizer: tokenizer.files },
    });
    for (let i = 0; i < 2; i++) assertEquals(await pool.score(batch), expected);
    assertEquals(await pool.score([]), []);
    assertEquals(await pool.score(batch.slice(0, 1)), expected.slice(0, 1));
    assertEquals(pool.traits, {
      name: "sum",
      range: [...reward.range] as [number, number],
      judgesFormat: true,
      needs: {},
    });
  }
});

Deno.test("RewardPool verifies answers with the module that it is told", async () => {
  const verifier = import.meta.resolve("../../src/domains/relay/verify.ts");
  using pool = await RewardPool.start({ kind: "answer" }, { resources: { verifier } });
  const [right, wrong] = await pool.score(["#188", "#189"].map((completion) => ({
    rollout: rolloutOf(completion),
    instance: withAnswer("188"),
  })));
  assertEquals([right, wrong], [
    { status: "ok", score: { value: 1, parts: { answer: 1 }, extracted: "188" } },
    { status: "ok", score: { value: 0, parts: { answer: 0 }, extracted: "189" } },
  ]);
});

Deno.test("RewardPool ends what does not end, and goes on with the rest in order", async () => {
  using pool = await troublesome();
  assertEquals(await seen(pool, 1, 2, "hang", 3, "wait", 4), [
    0.01,
    0.02,
    TIMEOUT,
    0.03,
    TIMEOUT,
    0.04,
  ]);
  assertEquals(await seen(pool, "hang"), [TIMEOUT]);
  assertEquals(await seen(pool, 5), [0.05]);
});

Deno.test("RewardPool says what a reward throws, and goes on", async () => {
  using pool = await troublesome();
  assertEquals(await seen(pool, "throw", 1, "throw"), ["error: thrown", 0.01, "error: thrown"]);
});

Deno.test("RewardPool survives a process that ends itself, or fails outside of any item", async () => {
  using pool = await troublesome();
  assertEquals(await seen(pool, 1, "exit", 2), [
    0.01,
    "error: reward process: ended with code 3",
    0.02,
  ]);
  const [first, second] = await seen(pool, "late", "wait");
  assertEquals(first, 0);
  assert(`${second}`.startsWith("error: reward process:") && `${second}`.includes("too late"));
  // Where nothing is being asked, the failure is told with the next batch.
  assertEquals(await seen(pool, "late"), [0]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const [told, next] = await seen(pool, 1, 2);
  assert(`${told}`.includes("too late"));
  assertEquals(next, 0.02);
});

Deno.test("RewardPool gives each item its deadline, and not the batch", async () => {
  using pool = await troublesome({ deadlineMs: 600 });
  assertEquals(await seen(pool, ...Array(12).fill("slow"), 3), [...Array(12).fill(0), 0.03]);
});

Deno.test("RewardPool fails at once where the reward cannot be made", async () => {
  await assertRejects(
    () => RewardPool.start(rewardSchema.parse({ kind: "module", file: `${dir}/none.ts` })),
    InputError,
    "none.ts: cannot be imported",
  );
  await assertRejects(() => RewardPool.start({ kind: "answer" }), InputError, "needs a verifier");
});

Deno.test("RewardPool brings hostile text over and back", async () => {
  using pool = await RewardPool.start(rewardSchema.parse("levenshtein"));
  const hostile = HOSTILE.map((text) => ({ rollout: acting(text), instance: withTarget("x") }));
  const begun = performance.now();
  for (const { status } of await pool.score(hostile)) assertEquals(status, "ok");
  // A lone surrogate that came over as U+FFFD would be another character than itself, and one like every other.
  const lone = [["\ud800", "\ud800"], ["\ud800", "\ud801"], ["\ud800", "\ufffd"]];
  const values = await pool.score(
    lone.map(([action, target]) => ({ rollout: acting(action!), instance: withTarget(target!) })),
  );
  assertEquals(values.map((one) => one.status === "ok" && one.score.value), [1, 0, 0]);
  assertLess(performance.now() - begun, 20_000);
});
