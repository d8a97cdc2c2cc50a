import { assertAlmostEquals, assertEquals } from "@std/assert";
import { embedding } from "../../src/rewards/embedding.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import { RewardPool } from "../../src/rewards/pool.ts";
import { rewardSchema } from "../../src/rewards/schema.ts";
import { COUNTED, VECTORS, writeEncoder } from "./encoder.ts";
import { acting, rolloutOf, withTarget } from "./rollouts.ts";

const model = await Deno.makeTempDir();
await writeEncoder(model);
const options = { model, maxTokens: 12 };

/** The mean of `[CLS]`, one word and `[SEP]`, times 3. */
const sum = (id: number) =>
  [0, 1, 2].map((i) => VECTORS[2]![i]! + VECTORS[id]![i]! + VECTORS[3]![i]! + 3 * COUNTED[i]!);

Deno.test("embedding() is the cosine of the two embeddings, never below 0", async () => {
  const reward = await makeReward(embedding(options));
  const valueOf = async (action: string, target: string) =>
    await reward.score(acting(action), withTarget(target));
  const [a, b] = [sum(4), sum(5)];
  const dot = a.reduce((total, value, i) => total + value * b[i]!, 0);
  const cosine = dot / Math.hypot(...a) / Math.hypot(...b);
  assertAlmostEquals((await valueOf("one", " two\n")).value, cosine, 1e-6);
  assertAlmostEquals((await valueOf("ONE", "one")).value, 1, 1e-6);
  // Many unknown words point the other way than many threes.
  const { value, parts } = await valueOf("x ".repeat(10), "three ".repeat(10));
  assertEquals([value, parts["embedding.cosine"]! < -0.5], [0, true]);
  assertEquals(await reward.score(rolloutOf("one"), withTarget("one")), {
    value: -1,
    parts: { embedding: 0, "embedding.cosine": 0, format: -1 },
  });
});

Deno.test("embedding() scores in a pool as in this thread", async () => {
  const items = ["one", "two", "one two", "three", "x"].map((action) => ({
    rollout: acting(action),
    instance: withTarget("one three"),
  }));
  const reward = await makeReward(embedding(options));
  const expected = await Promise.all(
    items.map(async ({ rollout, instance }) => ({
      status: "ok",
      score: await reward.score(rollout, instance),
    })),
  );
  const declared = rewardSchema.parse(embedding(options));
  for (let round = 0; round < 2; round++) {
    using pool = await RewardPool.start(declared, { workers: 2 });
    assertEquals<unknown>(await pool.score(items), expected);
  }
});

/** How a process ends that runs a script with the encoder, and what it wrote. */
async function ended(script: string, ...args: string[]) {
  const path = new URL(script, import.meta.url).pathname;
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", path, model, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, signal, out: out!, err: err! };
}

Deno.test("embedding() in a pool lets the process end in peace", async () => {
  for (let i = 0; i < 2; i++) {
    const { code, out } = await ended("./embedding_exit.ts");
    assertEquals([code, out], [0, "ok,ok\n"]);
  }
});

Deno.test("embedding() at work in a pool lets an error that nobody catches end the process, and be read", async () => {
  // Those that score are killed with their parent, whatever they do.
  const delays = [150, 250, 350, 450, 550, 650];
  for (let at = 0; at < delays.length; at += 2) {
    const runs = delays.slice(at, at + 2).map((delay) => ended("./embedding_crash.ts", `${delay}`));
    for (const { code, signal, err } of await Promise.all(runs)) {
      assertEquals([code, signal], [1, null], err);
      assertEquals(err.includes("Uncaught Error: nobody catches this"), true, err);
    }
  }
});
