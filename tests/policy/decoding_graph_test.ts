import { assert } from "@std/assert";
import { HostTensor } from "../../src/engine/ort/ort.ts";
import { Program } from "../../src/engine/program.ts";
import { decodingGraph } from "../../src/policy/decoding_graph.ts";
import { KvCache } from "../../src/policy/kv_cache.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { gap, GOLDEN_NAMES, goldenGroups, goldenPolicy } from "./golden.ts";

/** One call: the rows' new tokens, and how many each holds afterwards → log-probabilities a row. */
function step(
  policy: Policy,
  program: Program,
  cache: KvCache,
  rows: readonly (readonly number[])[],
  lengths: readonly number[],
  temperature = 1,
): number[][] {
  const time = Math.max(...rows.map((row) => row.length));
  const count = rows.length;
  const { vocabSize } = policy.config;
  const ints = (shape: number[], values: number[]) =>
    new HostTensor("int32", shape, Int32Array.from(values));
  const padded = rows.flatMap((row) => [...row, ...Array(time - row.length).fill(0)]);
  const caches = cache.view(0, count);
  const inputs = {
    ids: ints([count, time], padded),
    last: ints([count], lengths.map((n) => n - 1)),
    longest: ints([1], [Math.max(...lengths)]),
    pick: ints([count], rows.map((row) => row.length - 1)),
    inverseTemperature: new HostTensor("float32", [], Float32Array.of(1 / temperature)),
  };
  using probabilities = HostTensor.zeros("float32", [count, vocabSize]);
  const next = Object.fromEntries(Object.entries(caches).map(([k, t]) => [`${k}/next`, t]));
  {
    using binding = program.bind(
      { ...caches, ...inputs },
      { ...next, probabilities },
    );
    binding.run();
  }
  const found = rows.map((_, i) =>
    Array.from(probabilities.data.subarray(i * vocabSize, (i + 1) * vocabSize), Math.log)
  );
  for (const t of [...Object.values(inputs), ...Object.values(caches)]) t[Symbol.dispose]();
  return found;
}

function logSoftmax(logits: readonly number[], temperature = 1): number[] {
  const top = Math.max(...logits);
  const total = logits.reduce((sum, x) => sum + Math.exp((x - top) / temperature), 0);
  return logits.map((x) => (x - top) / temperature - Math.log(total));
}

Deno.test("decodingGraph() divides the logits by the temperature", async () => {
  const [name] = GOLDEN_NAMES;
  using policy = await goldenPolicy(name!);
  using program = new Program(decodingGraph(policy.config, policy.weights), { threads: 1 });
  const [group] = await goldenGroups(name!);
  const { prompt, logits } = group!;
  for (const temperature of [0.5, 2]) {
    const cache = new KvCache(policy.config, 1, 64);
    const [found] = step(policy, program, cache, [prompt], [prompt.length], temperature);
    assert(gap(found!, logSoftmax(logits, temperature)) < 1e-4);
  }
});

for (const name of GOLDEN_NAMES) {
  Deno.test(`decodingGraph() gives transformers' probabilities for ${name}, whole and token by token`, async () => {
    using policy = await goldenPolicy(name);
    using program = new Program(decodingGraph(policy.config, policy.weights), { threads: 1 });
    const groups = await goldenGroups(name);
    const prompts = groups.map(({ prompt }) => prompt);
    // Ragged prompts, padded on the right.
    const whole = step(policy, program, new KvCache(policy.config, 3, 64), prompts, [1, 7, 64]);
    groups.forEach(({ logits }, i) => assert(gap(whole[i]!, logSoftmax(logits)) < 1e-4));

    // The same with the last five tokens of two prompts one by one, behind prompts of different lengths.
    const cache = new KvCache(policy.config, 2, 70);
    const [short, long] = [prompts[1]!, prompts[2]!];
    let last = step(policy, program, cache, [short.slice(0, 2), long.slice(0, 59)], [2, 59]);
    for (let i = 0; i < 5; i++) {
      last = step(policy, program, cache, [[short[2 + i]!], [long[59 + i]!]], [3 + i, 60 + i]);
    }
    assert(gap(last[0]!, logSoftmax(groups[1]!.logits)) < 1e-4);
    assert(gap(last[1]!, logSoftmax(groups[2]!.logits)) < 1e-4);
  });
}
