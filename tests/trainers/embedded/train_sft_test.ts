import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { sft, type SftOptions, sftSchema } from "../../../src/experiment/sft.ts";
import { folder, runIn, runSft } from "./runs.ts";

const HELD = { data: { validation: 4 } };
const losses = ({ metrics }: Awaited<ReturnType<typeof runSft>>) => metrics.map(({ loss }) => loss);

Deno.test("trainSft() runs end to end on outlines and solutions; the same seed writes the same bytes", async () => {
  for (const target of ["outline", "solution"] as const) {
    const [first, second, other] = [
      await runSft({ target, validateEvery: 2 }, HELD),
      await runSft({ target, validateEvery: 2 }, HELD),
      await runSft({ target, validateEvery: 2 }, { ...HELD, seed: 2 }),
    ];
    assertEquals(first.files, ["candidates.json", "checkpoint", "metrics.jsonl", "timings.jsonl"]);
    const training = ["step", "loss", "gradNorm", "learningRate", "trainedTokens"];
    const validation = ["validation", "validationLoss"];
    assertEquals(first.metrics.map(Object.keys), [
      [...training, ...validation],
      training,
      [...training, ...validation],
      ["step", ...validation],
    ]);
    assert(second.bytes === first.bytes && second.weights === first.weights);
    assert(other.bytes !== first.bytes);
    assertEquals(first.timings.map(({ step }) => step), [0, 1, 2]);
    const event = first.events.at(-1)!;
    assert(event.type === "progress");
    assertEquals([event.done, event.total, event.unit], [3, 3, "updates"]);
  }
});

Deno.test("trainSft() lets the metrics of its only learning rate be followed, and those of several once it has chosen", async () => {
  const rowsWhile = async (learningRate: number | number[]) => {
    const dir = folder();
    const seen: number[] = [];
    const stage = sftSchema.parse(sft({ updates: 3, batch: 4, learningRate }));
    await runIn(dir, stage, {
      report: () => seen.push(Deno.readTextFileSync(`${dir}/metrics.jsonl`).split("\n").length - 1),
    });
    return seen;
  };
  assertEquals(await rowsWhile(1e-3), [0, 1, 2, 3]);
  assertEquals(await rowsWhile([1e-3, 2e-3]), [0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("trainSft() learns what it is shown", async () => {
  const { metrics } = await runSft({ target: "outline", updates: 25, learningRate: 2e-2 });
  const [first, last] = [metrics[0]!["loss"]!, metrics.at(-1)!["loss"]!];
  assert(first > 1 && last < first / 3, `${first} to ${last}`);
  assertEquals(metrics.length, 25); // nothing is held out, so nothing is validated
});

Deno.test("trainSft() keeps the best of its learning rates and of its checkpoints", async () => {
  const rates = [1e-3, 1e-2, 0.9];
  const options = { updates: 8, validateEvery: 3 };
  // Held-out problems are hardly right here: their loss decides.
  const all = await runSft({ ...options, learningRate: rates }, HELD);
  assertEquals(all.candidates.map(({ learningRate }) => learningRate), rates);
  assertEquals(all.timings.length, 24);
  const score = ({ validation, validationLoss }: Record<string, unknown>) =>
    Number(validation) * 1e6 - Number(validationLoss);
  const kept = all.candidates.filter(({ kept }) => kept);
  assertEquals(kept.length, 1);
  assertEquals(score(kept[0]!), Math.max(...all.candidates.map(score)));
  // What was kept is what a run of that rate alone makes: no rate sees what another one did.
  const alone = await runSft({ ...options, learningRate: Number(kept[0]!["learningRate"]) }, HELD);
  assert(alone.bytes === all.bytes && alone.weights === all.weights);
  assertEquals(alone.candidates, kept);
  // The policy that a stage starts from is no result of the stage, however bad the rate.
  const known = { ...options, target: "solution" } as const; // what it has learnt to write before
  const ruined = await runSft({ ...known, warmup: 0, learningRate: 0.9 }, HELD);
  assert(Number(ruined.candidates[0]!["step"]) > 0);
  const still = await runSft({ ...known, learningRate: 1e-30 }, HELD);
  assertNotEquals(ruined.weights, still.weights);
});

Deno.test("trainSft() heeds every knob", async () => {
  const knobs: [string, Partial<SftOptions>][] = [
    ["target", { target: "solution" }],
    ["batch", { batch: 3 }],
    ["learningRate", { learningRate: 1e-3 }],
    ["schedule constant", { schedule: "constant" }],
    ["schedule linear", { schedule: "linear" }],
    ["warmup", { warmup: 0 }],
    ["weightDecay", { weightDecay: 0.5 }],
    ["maxGradNorm", { maxGradNorm: 1e-9 }],
    ["updates", { updates: 4 }],
  ];
  const plain = await runSft({ updates: 5 });
  for (const [name, stage] of knobs) {
    assertNotEquals((await runSft({ updates: 5, ...stage })).weights, plain.weights, name);
  }
});

Deno.test("trainSft() changes by rounding only with microBatchTokens", async () => {
  const [whole, parts] = [await runSft(), await runSft({ microBatchTokens: 64 })];
  whole.metrics.forEach((row, i) => {
    for (const key of ["loss", "gradNorm"]) {
      assertAlmostEquals(parts.metrics[i]![key]!, row[key]!, 1e-4 * row[key]!);
    }
  });
});

Deno.test("trainSft() goes over the data as often as epochs says", async () => {
  const { metrics } = await runSft({ epochs: 2, batch: 4 });
  assertEquals(metrics.map(({ step }) => step), [0, 1, 2, 3]); // 6 problems are 2 batches of up to 4
  await assertRejects(
    () => runSft({ epochs: 2 }, { data: { train: null } }),
    InputError,
    "sft: epochs: the data is endless",
  );
});

Deno.test("trainSft() trains on endless data in its order, and on the mixture of the base policy", async () => {
  const endless = { data: { train: null } };
  const [one, two] = [await runSft({}, endless), await runSft({}, { ...endless, seed: 2 })];
  assertEquals(losses(one), losses(two)); // the problems are the data's seed's, not the run's
  const other = await runSft({}, { data: { train: null, seed: 9 } });
  assertNotEquals(losses(other), losses(one));
  const mixture = { data: { tier: "base", train: null, validation: 2 } } as const;
  const base = await runSft({ target: "solution" }, mixture);
  assert(base.metrics.every(({ loss }) => loss === undefined || loss! > 0));
});

Deno.test("trainSft() refuses sequences that do not fit", async () => {
  await assertRejects(
    () => runSft({ microBatchTokens: 20 }),
    InputError,
    "microBatchTokens: found 20; expected at least",
  );
  await assertRejects(
    () => runSft({ target: "solution" }, { data: { tier: "hard" } }),
    InputError,
    "max_position_embeddings: found 160; expected at least",
  );
});
