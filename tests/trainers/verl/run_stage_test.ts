/** @file Whole stages on verl's own trainers, on processors: only vLLM has a stand-in. */
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { InputError } from "../../../src/errors.ts";
import { rlvr, rlvrSchema } from "../../../src/experiment/rlvr.ts";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { srl, srlSchema } from "../../../src/experiment/srl.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { METRICS, readRows, ROLLOUTS } from "../../../src/results/jsonl_rows.ts";
import type { StageContext } from "../../../src/runs/stage.ts";
import { StageStopped } from "../../../src/runs/stopped.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";
import { JobFailure } from "../../../src/trainers/jobs/job_process.ts";
import { runJobStage } from "../../../src/trainers/jobs/run_stage.ts";
import { assertAgree, replay } from "../jobs/parity.ts";
import { BASE, contextOf, DATA } from "../trl/specs.ts";
import { live, STAND_IN } from "./python_available.ts";
import { hereOf, specOf } from "./specs.ts";

/** Runs a stage with verl on processors. */
async function run(spec: TrainingSpec, context: StageContext): Promise<void> {
  const before = Object.keys(STAND_IN).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(STAND_IN)) Deno.env.set(name, value);
  try {
    await runJobStage(spec, context);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

/** Runs a stage that is stopped after its first batch, and again to its end. Returns what it told. */
async function interrupted(spec: TrainingSpec, context: StageContext): Promise<string[]> {
  const stop = new AbortController();
  const told: string[] = [];
  const report: StageContext["report"] = (event) => {
    if (event.type === "log") told.push(event.message);
    if (event.type === "progress" && event.done > 0) stop.abort();
  };
  await assertRejects(
    () => run(spec, { ...context, report, stop: stop.signal }),
    StageStopped,
  );
  await run(spec, { ...context, report });
  return told;
}

Deno.test("runJobStage() says that verl needs GPUs", async () => {
  const stage = srlSchema.parse(srl({ updates: 1, learningRate: 1e-3 }));
  await assertRejects(
    async () => await runJobStage(specOf(stage, { gpus: 4096 }), await contextOf()),
    InputError,
    "engine.gpus: found 4096, this machine has ",
  );
});

Deno.test(
  live("SFT on verl, stopped and resumed, with 2 processes, agrees with the embedded engine's"),
  async () => {
    const stage = sftSchema.parse(
      sft({ updates: 5, batch: 12, learningRate: 1e-3, validateEvery: 3 }),
    );
    const data = { ...DATA, validation: 5 };
    const [theirs, ours] = [await contextOf(), await contextOf()];
    const spec = hereOf(stage, { gpus: 2, data });
    const told = await interrupted(spec, theirs);
    assert(told.some((message) => /^goes on after update \d$/.test(message)), told.join("\n"));
    const { trainer: _, ...plain } = spec;
    await runTrainingStage({ ...plain, data: DATA }, ours);
    const read = (dir: string) => readRows(METRICS, `${dir}/metrics.jsonl`);
    const [found, expected] = [await read(theirs.dir), await read(ours.dir)];
    assertEquals(found.map(({ step }) => step), [0, 1, 2, 3, 4, 5]);
    expected.forEach((row, i) => {
      for (const key of ["loss", "gradNorm", "learningRate"] as const) {
        assertLess(Math.abs(found[i]![key]! - row[key]!), 1e-3 * Math.abs(row[key]!) + 1e-9);
      }
    });
    // It validates by itself, by the loss, and the best is kept: here the last.
    const losses = found.flatMap((row) => row["validationLoss"] ?? []);
    assertEquals(found.flatMap((row) => row["validationLoss"] === undefined ? [] : row.step), [
      ...[0, 3, 5],
    ]);
    assertEquals(Math.min(...losses), losses.at(-1));
    using a = await Policy.load(`${theirs.dir}/checkpoint`);
    using b = await Policy.load(`${ours.dir}/checkpoint`);
    await assertAgree(a, b);
    const { engine, processes } = JSON.parse(await Deno.readTextFile(`${theirs.dir}/trainer.json`));
    assertEquals([engine, processes], ["verl", 2]);
  },
);

const few = { groups: 6, rollouts: 4, learningRate: 5e-4, maxTokens: 24 };

Deno.test(
  live("SRL on verl, stopped and resumed, agrees with the embedded engine's on the same rollouts"),
  async () => {
    const stage = srlSchema.parse(srl({
      ...{ ...few, updates: 4, loss: "grpo", klCoefficient: 0.05, maskTruncated: true },
      // Groups are dropped, and batches stay short.
      dynamicSampling: { epsilon: 0.2, maxRefills: 1 },
    }));
    const context = await contextOf();
    const told = await interrupted(hereOf(stage, { gpus: 2 }), context);
    assert(told.some((message) => /^goes on after update [123]$/.test(message)), told.join("\n"));
    const rows = await readRows(ROLLOUTS, `${context.dir}/rollouts.jsonl`);
    using ours = await Policy.load(BASE);
    const expected = await replay(ours, stage, rows);
    using theirs = await Policy.load(`${context.dir}/checkpoint`);
    await assertAgree(theirs, ours);
    const found = await readRows(METRICS, `${context.dir}/metrics.jsonl`);
    assertEquals(found.map(({ step }) => step), [0, 1, 2, 3]);
    found.forEach(({ loss, gradNorm, kl }, i) => {
      const { loss: l, gradNorm: g, kl: k } = expected[i]!;
      // verl bounds a token's k3 at 10, which rare tokens pass once the policies are this far apart.
      if (k! < 0.1) assertLess(Math.abs(loss! - l!), 1e-2 * Math.abs(l!) + 1e-5);
      assertLess(Math.abs(gradNorm! - g!), 1e-2 * g!);
      assertLess(Math.abs(kl! - k!), 1e-2 * k! + 1e-6);
    });
    assert(
      found.filter(({ kl }) => kl! > 0 && kl! < 0.1).length >= 2,
      "the policies were too far apart",
    );
    assert(found.some(({ dropped }) => dropped! > 0), "nothing was dropped");
    assert(found.some(({ refills }) => refills! > 0), "nothing was sampled again");
  },
);

Deno.test(
  live(
    "RLVR on verl validates with its own rollouts and keeps the best; it ends where rewards fail",
  ),
  async () => {
    const stage = rlvrSchema.parse(rlvr({
      ...{ ...few, updates: 4, updatesPerBatch: 2, loss: "gspo", validateEvery: 2 },
      ...{ reward: "similarity", dynamicSampling: false, clip: { low: 0.02, high: 0.02 } },
    }));
    const context = await contextOf();
    const data = { ...DATA, tier: "easy" as const, validation: 6 };
    await run(hereOf(stage, { data }), context);
    const rows = await readRows(METRICS, `${context.dir}/metrics.jsonl`);
    assertEquals(rows.map(({ step }) => step), [0, 2, 4]);
    assertEquals(rows.filter((row) => "validation" in row).length, 3);
    // The same greedy answers as the embedded engine's: the base solves easy problems.
    const ours = await contextOf();
    const { trainer: _, ...plain } = hereOf(stage, { data });
    await runTrainingStage({ ...plain, stage: { ...stage, updates: 2 } }, ours);
    const [first] = await readRows(METRICS, `${ours.dir}/metrics.jsonl`);
    assertEquals(rows[0]!["validation"], first!["validation"]);
    assertLess(0.5, rows[0]!["validation"]!);
    using kept = await Policy.load(`${context.dir}/checkpoint`);
    using replayed = await Policy.load(BASE);
    const rollouts = await readRows(ROLLOUTS, `${context.dir}/rollouts.jsonl`);
    const best = rows[1]!["validation"]! > rows[2]!["validation"]! ? 2 : 4;
    await replay(replayed, { ...stage, updates: best }, rollouts);
    await assertAgree(kept, replayed);

    const broken = { kind: "module", file: "tests/trainers/trl/broken_reward.ts", range: [0, 1] };
    const failing = rlvrSchema.parse(rlvr({ ...few, updates: 2, reward: broken as never }));
    const error = await assertRejects(
      async () => await run(hereOf(failing), await contextOf()),
      JobFailure,
    );
    assert(
      /\d+ of \d+ rewards failed; expected at most 0.05 of them/.test(error.message),
      error.message,
    );
  },
);
