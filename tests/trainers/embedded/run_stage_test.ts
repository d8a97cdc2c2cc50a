import { assert, assertEquals } from "@std/assert";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";
import { SOLUTIONS } from "../../experiment/declarations.ts";
import { Adapter } from "../../../src/policy/lora/adapter.ts";
import { loadAdapter } from "../../../src/policy/lora/peft.ts";
import { Policy } from "../../../src/policy/policy.ts";
import { gap } from "../../policy/golden.ts";
import { folder, INIT, runIn, runSrl, startFolder } from "./runs.ts";

const ROWS = [
  { id: "p1", question: "1+1?", solution: "1. **Add** 1 + 1\n2. **So** \\boxed{2}" },
  { id: "p2", question: "2+2?", solution: "It is \\boxed{4}." },
];

Deno.test("runTrainingStage() leaves the ledger of its rows beside the checkpoint", async () => {
  const dir = folder();
  await runTrainingStage({
    kind: "train",
    policy: { init: { ...INIT, max_position_embeddings: 512 } },
    data: { domain: "rows", rows: ROWS, validation: 0, seed: 1, ...SOLUTIONS, maxDropped: 0.5 },
    prompts: { chat: {} },
    stage: sftSchema.parse(sft({ learningRate: 1e-3, updates: 1, batch: 1 })),
    seed: 1,
    threads: 1,
    engine: "test",
    versions: {},
    contents: {},
  }, { dir, parent: null, seed: 1, threads: 1, report: () => {} });
  const detail = "no line begins with a step numbered 1";
  assertEquals(JSON.parse(await Deno.readTextFile(`${dir}/ledger.json`)), {
    data: {
      source: "data.rows",
      rows: {
        total: 2,
        used: 1,
        rewritten: 0,
        reasons: { "no-steps": 1 },
        dropped: [{ row: 2, id: "p2", reason: "no-steps", detail }],
      },
      prompts: { total: 1, used: 1, reasons: {}, dropped: [] },
    },
  });
});

Deno.test("runTrainingStage() with lora leaves the merged checkpoint, and the adapter that gives it", async () => {
  const parent = await startFolder();
  const lora = { rank: 2, targetModules: ["q_proj", "down_proj"] } as const;
  const dir = folder();
  const small = { updates: 3, batch: 4, learningRate: 1e-2 };
  await runIn(dir, sftSchema.parse(sft({ ...small, lora })), { parent, data: { validation: 2 } });
  const files = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  assertEquals(files, [
    "adapter",
    "candidates.json",
    "checkpoint",
    "metrics.jsonl",
    "timings.jsonl",
  ]);
  using base = await Policy.load(parent);
  using made = await Policy.load(`${dir}/checkpoint`);
  const names = ["layers.0.qkv", "layers.0.down"];
  for (const [name, { data }] of base.weights) {
    assertEquals(gap(made.weights.get(name)!.data, data) > 0, names.includes(name), name);
  }
  const read = await loadAdapter(`${dir}/adapter`, base.config);
  assertEquals(read.lora, {
    rank: 2,
    alpha: 4,
    dropout: 0,
    targetModules: ["q_proj", "down_proj"],
  });
  using adapter = new Adapter(base.config, read.lora, base.weights, read.tensors);
  adapter.merge();
  for (const [name, { data }] of base.weights) {
    assert(gap(made.weights.get(name)!.data, data) < 1e-6, name);
  }
  const written = JSON.parse(await Deno.readTextFile(`${dir}/adapter/adapter_config.json`));
  assertEquals(written.base_model_name_or_path, parent);
});

Deno.test("runTrainingStage() trains adapters by GRPO as well, and holds on to the reference without one", async () => {
  const lora = { rank: 2 };
  const plain = await runSrl({ klCoefficient: 0.1, updates: 3 });
  const adapted = await runSrl({ klCoefficient: 0.1, updates: 3, lora });
  assert(adapted.files.includes("adapter"));
  assertEquals(adapted.metrics[0]!["kl"], plain.metrics[0]!["kl"]);
  // What samples is what is trained: merging rounds, and no more.
  for (const { logProbGap } of adapted.metrics) {
    if (typeof logProbGap === "number") assert(logProbGap < 1e-3, `${logProbGap}`);
  }
  assert(adapted.weights !== plain.weights);
});
