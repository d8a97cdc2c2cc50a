import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/errors.ts";
import {
  checkPolicyConfig,
  configProblem,
  parameterShapes,
  type PolicyConfig,
} from "../../src/policy/config.ts";
import { formatPolicyConfig } from "../../src/policy/config_json.ts";
import { SMALL } from "./fixtures.ts";
import { python, pythonTest } from "./python.ts";

const LLAMA3 = { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 16 };

Deno.test("configProblem() is null when the configuration can be built", () => {
  assertEquals(configProblem(SMALL), null);
  assertEquals(configProblem({ ...SMALL, eosTokenIds: [], padTokenId: null }), null);
  assertEquals(configProblem({ ...SMALL, attentionBias: false, qkNorm: true }), null);
  assertEquals(configProblem({ ...SMALL, ropeScaling: LLAMA3 }), null);
});

Deno.test("configProblem() names the field when a number is out of range", () => {
  const wrong: [keyof PolicyConfig, unknown][] = [
    ["vocabSize", 0],
    ["hiddenSize", 30],
    ["layers", 1.5],
    ["heads", 0],
    ["kvHeads", 3],
    ["headDim", 7],
    ["ropeTheta", 0],
    ["qkNorm", true],
    ["ropeScaling", { ...LLAMA3, factor: 0.5 }],
    ["ropeScaling", { ...LLAMA3, lowFreqFactor: 4 }],
    ["ropeScaling", { ...LLAMA3, originalMaxPositions: 0 }],
    ["rmsNormEps", NaN],
    ["maxPositions", -1],
    ["bosTokenId", 40],
    ["padTokenId", -1],
    ["eosTokenIds", [1, 40]],
  ];
  for (const [field, value] of wrong) {
    const problem = configProblem({ ...SMALL, [field]: value });
    // A width that the heads do not divide is told as the heads' fault.
    assertEquals(problem?.field, field === "hiddenSize" ? "heads" : field, `${field} ${value}`);
  }
});

Deno.test("checkPolicyConfig() throws an InputError saying where, what and why", () => {
  assertThrows(
    () => checkPolicyConfig({ ...SMALL, kvHeads: 3 }, "sizes.tiny"),
    InputError,
    "sizes.tiny: kvHeads: expected a divisor of 4, found 3",
  );
});

Deno.test("parameterShapes() leaves out the biases and the head when the configuration has none", () => {
  const names = (config: PolicyConfig) => parameterShapes(config).map(({ name }) => name);
  const all = names(SMALL);
  assertEquals(all.length, 1 + 2 * 12 + 2);
  const bare = names({ ...SMALL, attentionBias: false, tieWordEmbeddings: true });
  assertEquals(bare, all.filter((name) => !name.endsWith(".bias") && name !== "lm_head.weight"));
  assertEquals(bare.length, 1 + 2 * 9 + 1);
});

Deno.test("parameterShapes() adds up to the 494,032,768 parameters of Qwen2.5-0.5B", () => {
  const shapes = parameterShapes({
    ...SMALL,
    vocabSize: 151936,
    hiddenSize: 896,
    intermediateSize: 4864,
    layers: 24,
    heads: 14,
    kvHeads: 2,
    headDim: 64,
    tieWordEmbeddings: true,
  });
  const sizes = shapes.map(({ shape }) => shape.reduce((product, axis) => product * axis, 1));
  assertEquals(sizes.reduce((sum, size) => sum + size, 0), 494_032_768);
});

await pythonTest(
  "parameterShapes() lists what transformers builds from the written configuration",
  ["transformers", "torch"],
  async () => {
    const cases: PolicyConfig[] = [];
    for (const attentionBias of [true, false]) {
      for (const tieWordEmbeddings of [true, false]) {
        cases.push({ ...SMALL, attentionBias, tieWordEmbeddings });
      }
    }
    cases.push({ ...SMALL, attentionBias: false, qkNorm: true });
    cases.push({ ...SMALL, headDim: 8, kvHeads: 4, layers: 1, eosTokenIds: [], padTokenId: null });
    const program = `
import json, sys, tempfile, os
from transformers import AutoConfig, AutoModelForCausalLM
out = []
for text in json.load(open(sys.argv[1])):
    with tempfile.TemporaryDirectory() as d:
        open(os.path.join(d, "config.json"), "w").write(text)
        config = AutoConfig.from_pretrained(d)
    model = AutoModelForCausalLM.from_config(config)
    rope = getattr(config, "rope_parameters", None) or {"rope_theta": config.rope_theta}
    out.append({
        "shapes": [{"name": n, "shape": list(p.shape)} for n, p in model.named_parameters()],
        "theta": rope["rope_theta"], "scaling": model.model.rotary_emb.attention_scaling,
        "inverse": model.model.rotary_emb.inv_freq.tolist(), "eps": config.rms_norm_eps,
        "ids": [config.bos_token_id, config.eos_token_id, config.pad_token_id],
        "dtype": str(model.dtype),
    })
print(json.dumps(out))`;
    const found = await python(program, cases.map(formatPolicyConfig)) as Record<string, unknown>[];
    cases.forEach((config, at) => {
      assertEquals(found[at]!["shapes"], parameterShapes(config));
      assertEquals(found[at]!["theta"], 5000);
      assertEquals(found[at]!["scaling"], 1);
      const inverse = found[at]!["inverse"] as number[];
      assertEquals(inverse.length, config.headDim / 2);
      assertAlmostEquals(inverse[1]!, 5000 ** (-2 / config.headDim), 1e-6);
      assertEquals(found[at]!["eps"], 1e-5);
      const eos = config.eosTokenIds.length === 0 ? null : config.eosTokenIds;
      assertEquals(found[at]!["ids"], [null, eos, config.padTokenId]);
      assertEquals(found[at]!["dtype"], "torch.float32");
    });
  },
);
