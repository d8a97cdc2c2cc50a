import { experiment, run, sft, srl, show } from "../mod.ts";
const t = performance.now();
const begin = sft({ target: "reasoning", learningRate: 3e-3, updates: 250, batch: 16, warmup: 0.1, validateEvery: 50 });
const e = experiment({
  name: "nb-probe", question: "?",
  policy: { tiny: { init: { hidden_size: 64, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 128, max_position_embeddings: 256, initializer_range: 0.1 } } },
  prompts: { system: "notebooks/prompts/system.md", question: "notebooks/prompts/question.md", step: "notebooks/prompts/step.md" },
  data: { file: "notebooks/data/counting.jsonl", validation: 16 },
  arms: { sft: [begin], "sft → srl": [begin, srl({ updates: 10, groups: 16, rollouts: 8, learningRate: 5e-4, maxTokens: 60, validateEvery: 5, targets: "1..N" })] },
  evaluation: { benchmarks: { "held out": { file: "notebooks/data/counting-held-out.jsonl" } }, samples: 4, maxTokens: 120 },
});
const r = await run(e);
console.log((await show(r.table)[Symbol.for("Jupyter.display")]!())["text/plain"]);
console.log(r.outcomes.slice(0, 3).map((o) => [o.problem, o.completion, o.correct]));
console.log(r.metrics.filter(m => m.row.validation != null).map(m => [m.arm, m.row.step, m.row.validation, m.row.reward]));
console.log(performance.now() - t);
