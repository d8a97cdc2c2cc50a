import { assertEquals } from "@std/assert";
import { sft, sftSchema } from "../../../src/experiment/sft.ts";
import type { TrainingSpec } from "../../../src/experiment/specs.ts";
import { writeCheckpoint } from "../../../src/policy/checkpoint.ts";
import { lineageOf } from "../../../src/trainers/embedded/lineage.ts";
import { inFolder, SMALL, tensorsOf, TOKENIZER } from "../../policy/fixtures.ts";

const COMMIT = "740312add88f781978c0658806c59bc2815b9866";
const BASE = `hf:lab/small@${COMMIT}`;
const SPEC: TrainingSpec = {
  kind: "train",
  policy: { checkpoint: BASE },
  data: { domain: "relay", tier: "easy", train: 8, validation: 0, seed: 1 },
  stage: sftSchema.parse(sft({ learningRate: 1e-3, updates: 2, batch: 4 })),
  prompts: { chat: {} },
  seed: 7,
  threads: 1,
  engine: "1",
  versions: {},
  contents: { [BASE]: "the base", "reward.ts": "the reward" },
};

Deno.test("lineageOf() begins with the model that the first stage starts from", async () => {
  const { hub, sha256, stages } = await lineageOf(SPEC, null);
  assertEquals([hub, sha256], [{ name: "lab/small", commit: COMMIT }, "the base"]);
  assertEquals(stages.map(({ method, seed }) => [method, seed]), [["sft", 7]]);
  assertEquals(stages[0]!.contents, { "reward.ts": "the reward" });
  assertEquals(stages[0]!.settings["updates"], 2);
  const init = await lineageOf({ ...SPEC, policy: { stage: "0123" } }, null);
  assertEquals([init.hub, init.sha256], [null, null]);
});

Deno.test(
  "lineageOf() goes on from what an earlier stage left",
  inFolder(async (dir) => {
    const lineage = await lineageOf(SPEC, null);
    const policy = { config: SMALL, tokenizer: TOKENIZER, tensors: tensorsOf(SMALL), lineage };
    await writeCheckpoint(`${dir}/checkpoint`, policy);
    const next = { ...SPEC, policy: { stage: "0123" }, seed: 8 };
    const { hub, stages } = await lineageOf(next, `${dir}/checkpoint`);
    assertEquals(hub, { name: "lab/small", commit: COMMIT });
    assertEquals(stages.map(({ seed }) => seed), [7, 8]);
  }),
);
