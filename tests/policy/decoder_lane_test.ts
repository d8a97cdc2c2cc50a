import { assert, assertEquals, assertRejects } from "@std/assert";
import { DecoderLane } from "../../src/policy/decoder_lane.ts";
import { WeightSnapshot } from "../../src/policy/weight_snapshot.ts";
import { ENDLESS, goldenPolicy, randomIds, streams } from "./golden.ts";

const SAMPLED = { temperature: 1, topP: 1, topK: 0, stop: ENDLESS };
const requests = () => [
  { prompt: randomIds(5, 40, "lane", 0), streams: streams(3, "lane", 0), maxTokens: 9 },
  { prompt: randomIds(2, 40, "lane", 1), streams: streams(2, "lane", 1), maxTokens: 4 },
];

Deno.test("DecoderLane decodes with the weights that it was loaded with", async () => {
  using policy = await goldenPolicy("llama");
  using lane = new DecoderLane(policy.config);
  await assertRejects(() => lane.decode(requests(), SAMPLED, 8), TypeError, "no weights");
  const snapshot = new WeightSnapshot(policy.config);
  const decoded = async (threads = 1) => {
    snapshot.take(policy.weights);
    lane.load(snapshot, threads);
    return await lane.decode(requests(), SAMPLED, 8);
  };
  const first = await decoded();
  assertEquals(first.map((c) => c.map(({ tokens }) => tokens.length)), [[9, 9, 9], [4, 4]]);
  policy.weights.get("norm")!.data.fill(0.3);
  const second = await decoded();
  assert(first[0]![0]!.logProbs[0] !== second[0]![0]!.logProbs[0]);
  assertEquals(await lane.decode(requests(), SAMPLED, 8), second);
  const threaded = await decoded(2);
  assertEquals(
    threaded.map((c) => c.map((x) => x.tokens)),
    second.map((c) => c.map((x) => x.tokens)),
  );
});

Deno.test("DecoderLane lets timers through between waves", async () => {
  using policy = await goldenPolicy("llama");
  using lane = new DecoderLane(policy.config);
  const snapshot = new WeightSnapshot(policy.config);
  snapshot.take(policy.weights);
  lane.load(snapshot, 1);
  const many = () => Array.from({ length: 20 }, requests).flat();
  const ticks = async (maxRows: number) => {
    let count = 0;
    const timer = setInterval(() => count++, 0);
    await lane.decode(many(), SAMPLED, maxRows);
    clearInterval(timer);
    return count;
  };
  const [waves, oneWave] = [await ticks(2), await ticks(100)];
  assert(waves > 10, `${waves}`);
  assert(oneWave <= 2, `${oneWave}`);
});
