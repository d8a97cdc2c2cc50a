import { assertEquals } from "@std/assert";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import { runTrainingStage } from "../../../src/trainers/embedded/run_stage.ts";
import { SOLUTIONS } from "../../experiment/declarations.ts";
import { folder, INIT } from "./runs.ts";

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
