import { assert, assertEquals, assertRejects } from "@std/assert";
import { OrtError } from "../../src/engine/ort/ort.ts";
import { DecoderLane } from "../../src/policy/decoder_lane.ts";
import { RemoteLane } from "../../src/policy/remote_lane.ts";
import { StopCondition } from "../../src/policy/stopping.ts";
import { WeightSnapshot } from "../../src/policy/weight_snapshot.ts";
import { inFolder } from "./fixtures.ts";
import { ENDLESS, GOLDEN_NAMES, goldenPolicy, randomIds, streams } from "./golden.ts";

const SAMPLED = { temperature: 1, topP: 0.95, topK: 30, stop: ENDLESS };
const requests = (maxTokens = 12) => [
  { prompt: randomIds(5, 40, "remote", 0), streams: streams(3, "remote", 0), maxTokens },
  { prompt: randomIds(2, 40, "remote", 1), streams: streams(2, "remote", 1), maxTokens },
];

async function opened(name: typeof GOLDEN_NAMES[number]) {
  const policy = await goldenPolicy(name);
  const weights = new WeightSnapshot(policy.config);
  weights.take(policy.weights);
  return { policy, weights };
}

for (const name of GOLDEN_NAMES) {
  Deno.test(`RemoteLane decodes ${name} as a lane in this thread does, to the last bit`, async () => {
    const { policy, weights } = await opened(name);
    using _ = policy;
    using here = new DecoderLane(policy.config);
    using there = new RemoteLane(policy.config);
    const text = new StopCondition([7], ["1", "ab", "é"], policy.tokenizer);
    for (const stop of [ENDLESS, text, text, new StopCondition([3, 9], [], policy.tokenizer)]) {
      const [mine, its] = [requests(40), requests(40)];
      here.load(weights, 1);
      const expected = await here.decode(mine, { ...SAMPLED, stop }, 3);
      assertEquals(await there.decode(weights, its, { ...SAMPLED, stop }, 3), expected);
      const states = (list: typeof mine) => list.map((r) => r.streams.map(({ state }) => state));
      assertEquals(states(its), states(mine));
      policy.weights.get("norm")!.data[0]! *= 1.5;
      weights.take(policy.weights);
    }
  });
}

Deno.test("RemoteLane throws what was thrown in its thread, and goes on", async () => {
  const { policy, weights } = await opened("qwen2");
  using _ = policy;
  using lane = new RemoteLane(policy.config);
  const decode = (list = requests()) => lane.decode(weights, list, SAMPLED, 8);
  const [request] = requests();
  const error = await assertRejects(() => decode([{ ...request!, prompt: [9999] }]), OrtError);
  assert(error.node !== null && error.message.includes(error.node), error.message);
  policy.weights.get("norm")!.data[4] = NaN;
  weights.take(policy.weights);
  await assertRejects(() => decode(), RangeError, "the logits are not finite");
  policy.weights.get("norm")!.data[4] = 1;
  weights.take(policy.weights);
  assertEquals((await decode()).length, 2);
});

Deno.test("RemoteLane takes one call at a time", async () => {
  const { policy, weights } = await opened("llama");
  using _ = policy;
  using lane = new RemoteLane(policy.config);
  const first = lane.decode(weights, requests(), SAMPLED, 8);
  await assertRejects(() => lane.decode(weights, requests(), SAMPLED, 8), TypeError, "already");
  assertEquals((await first).length, 2);
});

Deno.test("RemoteLane rejects the call that it is disposed in, and starts anew at the next", async () => {
  const { policy, weights } = await opened("llama");
  using _ = policy;
  using lane = new RemoteLane(policy.config);
  const stop = new StopCondition([3], ["zz"], policy.tokenizer);
  const call = lane.decode(weights, requests(), { ...SAMPLED, stop }, 8);
  lane[Symbol.dispose]();
  await assertRejects(() => call, Error, "disposed of while it was decoding");
  // The new thread knows nothing of what the old one was told.
  assertEquals((await lane.decode(weights, requests(), { ...SAMPLED, stop }, 8)).length, 2);
  lane[Symbol.dispose]();
  lane[Symbol.dispose]();
});

Deno.test(
  "RemoteLane rejects a call whose thread ends, and does not hang",
  inFolder(async (dir) => {
    const { policy, weights } = await opened("llama");
    using _ = policy;
    const ends = {
      "exits.mjs": ['import process from "node:process"; process.exit(3);', "ended with code 3"],
      "throws.mjs": ['throw new RangeError("of its own");', "of its own"],
      "missing.mjs": [null, ""],
      "later.mjs": [
        'import { parentPort } from "node:worker_threads"; import process from "node:process";\n' +
        'parentPort.on("message", () => process.exit(4));',
        "ended with code 4",
      ],
    } as const;
    for (const [name, [source, message]] of Object.entries(ends)) {
      if (source !== null) await Deno.writeTextFile(`${dir}/${name}`, source);
      using lane = new RemoteLane(policy.config, new URL(`file://${dir}/${name}`));
      for (let call = 0; call < 2; call++) {
        const decode = () => lane.decode(weights, requests(), SAMPLED, 8);
        await assertRejects(decode, Error, message);
      }
    }
  }),
);
