/** @file The published experiments on mathematics: their hyper-parameters, and the plan with what it takes of the GPUs. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { loadExperiment } from "../src/experiment/load.ts";

const ROOT = new URL("../", import.meta.url);
const path = (relative: string) => new URL(relative, ROOT).pathname;

Deno.test("the published experiments have the published hyper-parameters", async () => {
  for (const [size, model] of [["7b", "7B"], ["3b", "3B"]] as const) {
    const made = await loadExperiment(path(`experiments/paper-math-${size}.ts`));
    assertEquals(made.policy, { [size]: { checkpoint: `hf:Qwen/Qwen2.5-${model}-Instruct` } });
    const { engine, data, arms, evaluation } = made;
    assert(engine?.kind === "verl" && engine.gpus * engine.nodes === 8);
    assertEquals([engine.precision, engine.gpu], ["bf16", "h100"]);
    assert(data.domain === "hub" && data.hub === "simplescaling/s1K-1.1");
    assertEquals(data.validation, 60);
    assertEquals(Object.keys(evaluation.benchmarks), ["amc23", "aime24", "aime25", "minerva"]);
    assertEquals([evaluation.greedy, evaluation.samples, evaluation.temperature], [true, 32, 1]);
    const [imitation] = arms["sft outline"]!;
    assert(imitation?.kind === "sft");
    const { batch, epochs, learningRate, schedule, warmup } = imitation;
    assertEquals([batch, epochs, learningRate[0], schedule, warmup], [64, 3, 5e-6, "cosine", 0.3]);
    assertEquals(Object.keys(arms), [
      ...["base", "sft reasoning", "sft outline", "rlvr", "srl", "srl → rlvr"],
    ]);
    for (
      const [arm, groups, items] of [["srl", 512, 940 * 423 / 39], ["rlvr", 128, 940]] as const
    ) {
      const [stage] = arms[arm]!;
      assert(stage?.kind === "srl" || stage?.kind === "rlvr");
      assertEquals(
        [stage.groups, stage.rollouts, stage.temperature, stage.learningRate],
        [groups, 8, 1, 5e-7],
      );
      assertEquals([stage.klCoefficient, stage.maxGradNorm, stage.warmup], [0, 1, 0]);
      // 30 passes over the data.
      assertLess(Math.abs(stage.updates * groups / items - 30), 0.2);
    }
    assertEquals(arms["srl → rlvr"]!.map(({ kind }) => kind), ["srl", "rlvr"]);
    // What the source does not say is said to be chosen.
    const said = made.remarks.join("\n");
    for (const word of ["ε", "clip 0.2", "1024 tokens", "4096", "epochs"]) {
      assert(said.includes(word), `${word}: ${said}`);
    }
  }
});

/** Qwen2.5-7B's layers; the vocabulary is that of generated problems. */
const SHAPE = {
  ...{ hidden_size: 3584, intermediate_size: 18_944, num_hidden_layers: 28 },
  ...{ num_attention_heads: 28, num_key_value_heads: 4, max_position_embeddings: 32_768 },
};

Deno.test("a plan of a published experiment counts memory, tokens and GPU-hours", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${dir}/plan.ts`,
    `import { experiment, relay } from ${JSON.stringify(path("mod.ts"))};
    import { paperMath } from ${JSON.stringify(path("experiments/paper_math.ts"))};
    const made = paperMath("7b", { gpus: 8, gpuMemoryUtilization: 0.6 });
    const { "sft outline": sft, srl, rlvr } = made.arms;
    export default experiment({
      ...made,
      policy: { "7b": { init: ${JSON.stringify(SHAPE)} } },
      arms: { sft: sft!.map((stage) => ({ ...stage, target: "solution" })), srl: srl!, rlvr: rlvr! },
      data: relay({ tier: "hard", train: 940, validation: 0 }),
      evaluation: { benchmarks: { easy: relay({ tier: "easy", problems: 2 }) } },
    });`,
  );
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "-q", "--no-check", "--config", path("deno.json")],
      ...[path("src/cli/experiment.ts"), "plan.ts", "--plan"],
    ],
    cwd: dir,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(success, new TextDecoder().decode(stderr) + text);
  assertMatch(text, /chosen, for the source does not say: ε 1e-6 and 3 refills/);
  assertMatch(text, /GPUs \(counted, not measured; assumed: 40 % of the products/);
  for (const stage of ["sft, 7b", "srl, 7b", "rlvr, 7b"]) {
    assert(text.includes(`${stage}: 6.53 B weights on 8 × H100 80 GB`), text);
  }
  assertMatch(text, / weights +3\.3 +GB +6\.53 B × 4 B \/ 8 GPUs/);
  assertMatch(text, /AdamW's moments +6\.5 +GB +6\.53 B × 8 B \/ 8 GPUs/);
  assertMatch(text, /598 batches of 4,096 sequences, \d+\.\d epochs/);
  assertMatch(text, /221 batches of 1,024 sequences, 30\.1 epochs/);
  assertMatch(text, /45 batches of 64 sequences, 3\.1 epochs/);
  assertMatch(
    text,
    /tokens trained on, [\d.]+ [MB] sampled at most \(4 times as many where every group/,
  );
  assertMatch(text, /s sampling, \d+ s training; in all [\d,]+ GPU-hours/);
  assertMatch(text, /with completions of half that length: /);
  for (const line of text.split("\n")) assert([...line].length <= 100, line);
});
