import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import { writeCheckpoint } from "../../src/policy/checkpoint.ts";
import { formatOrigin, type Lineage, readLineage } from "../../src/policy/model_card.ts";
import { inFolder, SMALL, tensorsOf, TOKENIZER } from "./fixtures.ts";
import { python, pythonTest } from "./python.ts";

const COMMIT = "740312add88f781978c0658806c59bc2815b9866";
const LINEAGE: Lineage = {
  hub: { name: "lab/small", commit: COMMIT },
  sha256: "ab".repeat(32),
  stages: [
    {
      method: "sft",
      settings: { learningRate: 0.001, note: 'a ``` fence, "quotes", --- and\nlines: [x]' },
      data: { domain: "hub", hub: "lab/sums" },
      dataset: "lab/sums",
      seed: 1,
      engine: "3",
      contents: { "hf:lab/sums@x/train": "cd".repeat(32) },
    },
    {
      method: "srl",
      settings: { updates: 2 },
      data: { domain: "relay" },
      dataset: null,
      seed: 2,
      engine: "3",
      contents: {},
    },
  ],
};
const POLICY = { config: SMALL, tokenizer: TOKENIZER, tensors: tensorsOf(SMALL) };

Deno.test("formatOrigin() says what a policy began as, and everything that was done to it", () => {
  const card = formatOrigin(SMALL, LINEAGE)["README.md"]!;
  assertStringIncludes(card, "# lab/small after SFT → SRL\n");
  assertStringIncludes(
    card,
    `commit \`${COMMIT}\` (SHA-256 over its files: \`${"ab".repeat(32)}\`)`,
  );
  assertStringIncludes(card, "A `qwen2` model of 24,480 weights in float32, 64 positions");
  assertStringIncludes(card, '"learningRate": 0.001');
  assertStringIncludes(card, "\n````json\n", "a fence longer than the one in the settings");
  assert(card.indexOf("### 1. SFT") < card.indexOf("### 2. SRL"));
});

Deno.test("formatOrigin() claims nothing that it does not know", () => {
  const files = formatOrigin(SMALL, null);
  assertEquals(Object.keys(files), ["README.md"]);
  assertStringIncludes(files["README.md"]!, "# A policy\n");
  assertStringIncludes(files["README.md"]!, "Nothing was written down.");
  assert(!files["README.md"]!.includes("base_model"));
  const fresh = formatOrigin(SMALL, { hub: null, sha256: null, stages: [] })["README.md"]!;
  assertStringIncludes(fresh, "It began as random weights.");
});

Deno.test(
  "readLineage() reads what is saved with a policy",
  inFolder(async (dir) => {
    await writeCheckpoint(`${dir}/known`, { ...POLICY, lineage: LINEAGE });
    await writeCheckpoint(`${dir}/unknown`, POLICY);
    assertEquals(await readLineage(`${dir}/known`), LINEAGE);
    assertEquals(await readLineage(`${dir}/unknown`), null);
    await Deno.writeTextFile(`${dir}/known/lineage.json`, '{"stages": 3}');
    await assertRejects(
      () => readLineage(`${dir}/known`),
      InputError,
      "lineage.json: expected hub, sha256 and stages",
    );
  }),
);

await pythonTest(
  "the Hub's library reads the model card of what writeCheckpoint() writes",
  ["huggingface_hub", "yaml"],
  inFolder(async (dir) => {
    await writeCheckpoint(`${dir}/known`, { ...POLICY, lineage: LINEAGE });
    await writeCheckpoint(`${dir}/unknown`, POLICY);
    const program = `
import json, sys
from huggingface_hub import ModelCard
print(json.dumps([ModelCard.load(p + "/README.md").data.to_dict() for p in json.load(open(sys.argv[1]))]))`;
    const common = { library_name: "transformers", pipeline_tag: "text-generation" };
    assertEquals(await python(program, [`${dir}/known`, `${dir}/unknown`]), [
      {
        ...common,
        base_model: "lab/small",
        base_model_relation: "finetune",
        datasets: ["lab/sums"],
        tags: ["stepwise", "sft", "srl"],
      },
      { ...common, tags: ["stepwise"] },
    ]);
  }),
);
