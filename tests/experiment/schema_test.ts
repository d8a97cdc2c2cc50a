import { assertEquals } from "@std/assert";
import { relay } from "../../src/experiment/data.ts";
import { type ExperimentDeclaration, resolve } from "../../src/experiment/schema.ts";
import { sft } from "../../src/experiment/sft.ts";
import { srlSchema } from "../../src/experiment/srl.ts";
import { declaration, READ } from "./declarations.ts";

/** The problems of a declaration with some keys changed. */
function problems(changes: Record<string, unknown>): string[] {
  const result = resolve({ ...declaration(), ...changes });
  return "problems" in result ? result.problems : [];
}

/** The problems of one stage, without the path to it. */
function inStage(stage: Record<string, unknown>): string[] {
  return problems({ arms: { a: [stage] } }).map((line) => line.replace("arms.a[0].", ""));
}

const SRL = { kind: "srl", updates: 60, learningRate: 3e-4 };
const RLVR = { ...SRL, kind: "rlvr" };
const SFT = { kind: "sft", learningRate: 1e-3 };

Deno.test("resolve() checks prompts: names, paths, variables, and whether they have an effect", () => {
  const file = { data: { file: "a.jsonl" } };
  const resolved = (prompts: unknown, changes = {}) => {
    const result = resolve({ ...declaration(), ...file, ...changes, prompts });
    return "problems" in result ? result.problems : result.experiment.prompts;
  };
  assertEquals(resolved(undefined), { chat: {} });
  const given = { step: "s.md", system: "y.md", chat: { enable_thinking: false, effort: 3 } };
  assertEquals(resolved(given), given);
  assertEquals(resolved({ setp: "s.md" }), [
    'prompts.setp: unknown key (found "s.md"); did you mean `step`?',
  ]);
  assertEquals(resolved({ step: 3 }), ["prompts.step: found 3; expected a path"]);
  assertEquals(resolved({ chat: { x: [] } }), [
    "prompts.chat.x: found []; expected true, false, a number or a string",
  ]);
  assertEquals(resolved({ step: "s.md" }, { data: declaration().data }), [
    'prompts.step: found "s.md" with relay problems alone; expected none: ' +
    "they have a notation of their own",
  ]);
  const benchmarks = { b: { file: "b.jsonl" } };
  const measured = { data: declaration().data, evaluation: { benchmarks } };
  assertEquals(resolved({ question: "q.md" }, measured), { question: "q.md", chat: {} });
  for (const data of [{ hub: "o/n" }, { rows: [{ question: "q", solution: "1. s\n2. t" }] }]) {
    assertEquals(resolved({ step: "s.md" }, { data }), { step: "s.md", chat: {} });
  }
  // Chat templates are the policies', whatever the data.
  assertEquals(resolved({ chat: { a: 1 } }, { data: declaration().data }), { chat: { a: 1 } });
});

Deno.test("resolve() fills every default", () => {
  const result = resolve(declaration());
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  const { arms, evaluation, seeds } = result.experiment;
  assertEquals(arms.srl?.[0], {
    kind: "srl",
    learningRate: 3e-4,
    updates: 60,
    schedule: "constant",
    warmup: 0,
    weightDecay: 0,
    maxGradNorm: 1,
    microBatchTokens: 4096,
    validateEvery: 20,
    groups: 32,
    rollouts: 8,
    temperature: 1,
    topP: 1,
    topK: 0,
    maxTokens: 256,
    loss: "dapo",
    clip: { low: 0.2, high: 0.2 },
    klCoefficient: 0,
    klEstimator: null,
    maskTruncated: false,
    updatesPerBatch: 1,
    dynamicSampling: { epsilon: 1e-6, maxRefills: 3 },
    advantageEpsilon: 1e-6,
    maxRewardFailures: 0.05,
    reward: {
      kind: "similarity",
      unit: "char",
      autojunk: true,
      order: "action-first",
      normalise: { whitespace: false, latex: false },
    },
    granularity: "step",
    targets: "1..N",
    nextTitle: false,
    context: "all",
  });
  assertEquals(arms.sft?.[0], {
    kind: "sft",
    learningRate: [1e-4, 1e-3],
    epochs: 3,
    updates: null,
    batch: 64,
    target: "outline",
    schedule: "cosine",
    warmup: 0.3,
    weightDecay: 0,
    maxGradNorm: 1,
    microBatchTokens: 4096,
    validateEvery: 20,
  });
  assertEquals(evaluation, {
    benchmarks: { hard: { domain: "relay", tier: "hard", problems: 100, seed: 1001 } },
    greedy: true,
    samples: 8,
    temperature: 1,
    maxTokens: null,
  });
  assertEquals(seeds, [1, 2, 3]);
});

Deno.test("resolve() answers a misspelt key with the nearest valid one, at every depth", () => {
  assertEquals(inStage({ ...SRL, grups: 3 }), [
    "grups: unknown key (found 3); did you mean `groups`?",
  ]);
  assertEquals(inStage({ ...SRL, clip: { hihg: 0.3 } }), [
    "clip.hihg: unknown key (found 0.3); did you mean `high`?",
  ]);
  assertEquals(problems({ sed: [1] }), ["sed: unknown key (found [1]); did you mean `seeds`?"]);
  assertEquals(problems({ data: { ...declaration().data, trian: 1 } }), [
    "data.trian: unknown key (found 1); did you mean `train`?",
  ]);
});

Deno.test("resolve() refuses keys of another stage kind", () => {
  assertEquals(inStage({ ...RLVR, targets: "1..N" })[0]?.startsWith("targets: unknown key"), true);
  assertEquals(inStage({ ...SFT, rollouts: 8 })[0]?.startsWith("rollouts: unknown key"), true);
});

Deno.test("resolve() fills what depends on the loss, and leaves what was declared", () => {
  const stage = (more: Record<string, unknown>) => {
    const { loss, clip, advantageEpsilon, klEstimator } = srlSchema.parse({ ...SRL, ...more });
    return { loss, clip, advantageEpsilon, klEstimator };
  };
  const shared = { advantageEpsilon: 1e-6, klEstimator: null };
  for (const loss of ["grpo", "bnpo", "dapo"] as const) {
    assertEquals(stage({ loss }), { loss, clip: { low: 0.2, high: 0.2 }, ...shared });
  }
  assertEquals(stage({ loss: "dr_grpo" }), {
    loss: "dr_grpo",
    clip: { low: 0.2, high: 0.2 },
    ...shared,
    advantageEpsilon: null,
  });
  assertEquals(stage({ loss: "gspo" }).clip, { low: 3e-4, high: 4e-4 });
  assertEquals(stage({ loss: "cispo" }).clip, { low: null, high: 4 });
  assertEquals(stage({ loss: "cispo", clip: { high: 1 } }).clip, { low: null, high: 1 });
  assertEquals(stage({ clip: { high: 0.28 } }).clip, { low: 0.2, high: 0.28 });
  assertEquals(stage({ loss: "gspo", clip: { low: 0.1 } }).clip, { low: 0.1, high: 4e-4 });
  assertEquals(stage({ klCoefficient: 0.1 }).klEstimator, "k3");
  assertEquals(stage({ klCoefficient: 0.1, klEstimator: "unbiased" }).klEstimator, "unbiased");
});

Deno.test("resolve() refuses a loss with what has no effect on it, beside other problems", () => {
  const cases: [Record<string, unknown>, string[]][] = [
    [{ loss: "drgrpo" }, [
      'loss: found "drgrpo"; expected "grpo" or "dr_grpo" or "bnpo" or "dapo" or "gspo" or "cispo"; ' +
      'did you mean "dr_grpo"?',
    ]],
    [{ loss: "dr_grpo", advantageEpsilon: 1e-4 }, [
      'advantageEpsilon: found 0.0001 with loss "dr_grpo"; expected none: its advantages are not divided',
    ]],
    [{ loss: "cispo", clip: { low: 0.2 }, groups: 0 }, [
      "groups: found 0; expected a whole number of prompts, at least 1",
      'clip.low: found 0.2 with loss "cispo"; expected none: its ratio has an upper bound only',
    ]],
    [{ klEstimator: "k3" }, [
      'klEstimator: found "k3" with klCoefficient 0; expected none: there is no KL term to estimate',
    ]],
    [{ maskTruncated: 1 }, ["maskTruncated: found 1; expected true or false"]],
    [{ clip: null, loss: "cispo" }, ["clip: found null; expected an object { low, high }"]],
  ];
  for (const [more, expected] of cases) assertEquals(inStage({ ...SRL, ...more }), expected);
});

Deno.test("resolve() names the value found and what was expected", () => {
  const cases: [Record<string, unknown>, string | string[]][] = [
    [
      { ...SRL, learningRate: -1 },
      "learningRate: found -1; expected a learning rate above 0 and below 1",
    ],
    [
      { ...SRL, learningRate: [1e-3] },
      "learningRate: found [0.001]; expected a learning rate above 0 and below 1",
    ],
    [
      { kind: "srl", updates: 1 },
      "learningRate: missing; expected a learning rate above 0 and below 1",
    ],
    [{ ...SRL, groups: 1.5 }, "groups: found 1.5; expected a whole number of prompts, at least 1"],
    [{ ...SRL, clip: { low: 1 } }, "clip.low: found 1; expected a number above 0 and below 1"],
    [{ ...SRL, clip: 0.2 }, "clip: found 0.2; expected an object { low, high }"],
    [
      { ...SRL, dynamicSampling: { epsilon: -1 } },
      "dynamicSampling.epsilon: found -1; expected a standard deviation, at least 0",
    ],
    [
      { ...SRL, dynamicSampling: true },
      "dynamicSampling: found true; expected an object { epsilon, maxRefills }, or false",
    ],
    [{ ...SRL, warmup: 2 }, "warmup: found 2; expected a fraction of the updates, from 0 to 1"],
    [
      { ...SRL, schedule: "cosin" },
      'schedule: found "cosin"; expected "constant" or "linear" or "cosine"; did you mean "cosine"?',
    ],
    [
      { ...SRL, reward: { kind: "similarity", unit: "chr" } },
      'reward.unit: found "chr"; expected "char" or "word" or "token"; did you mean "char"?',
    ],
    [
      { ...SRL, reward: { kind: "gate", reward: "answer", when: { kind: "levenshtein", a: 1 } } },
      "reward.when.a: unknown key (found 1); valid keys: kind",
    ],
    [
      { ...RLVR, reward: "length" },
      [
        'reward: found "length"; that kind needs an object with from',
        'reward: found "length"; that kind needs an object with to',
      ],
    ],
    [{ ...RLVR, maxRewardFailures: 2 }, "maxRewardFailures: found 2; expected a share from 0 to 1"],
    [
      { ...SRL, targets: "1..n" },
      'targets: found "1..n"; expected "1..N-1" or "1..N" or "2..N"; did you mean "1..N"?',
    ],
    [
      { ...RLVR, reward: 3 },
      "reward: found 3; expected a reward: an object, or one of the kinds",
    ],
    [
      { ...SFT, learningRate: [1e-3, 2] },
      "learningRate[1]: found 2; expected a learning rate above 0 and below 1",
    ],
    [
      { ...SFT, learningRate: [] },
      "learningRate: found []; expected a learning rate above 0 and below 1, or a list of them",
    ],
    [
      { ...SFT, target: "outlin" },
      'target: found "outlin"; expected "outline" or "reasoning" or "solution"; did you mean "outline"?',
    ],
  ];
  for (const [stage, expected] of cases) assertEquals(inStage(stage), [expected].flat());
});

Deno.test("resolve() refuses impossible combinations within a stage", () => {
  const cases: [Record<string, unknown>, string | string[]][] = [
    [
      { ...SRL, rollouts: 1 },
      "rollouts: found 1; expected a whole number of rollouts, at least 2: advantages are normalised within a group",
    ],
    [
      { ...SRL, temperature: 0 },
      "temperature: found 0; expected a temperature above 0: greedy rollouts of a group are all alike",
    ],
    [
      { ...SRL, topK: 1 },
      "topK: found 1; expected 0 for all, or at least 2: of one token, a group's rollouts are all alike",
    ],
    [
      { ...SRL, updatesPerBatch: 7 },
      "updates: found 60; expected a multiple of updatesPerBatch, or the last batch is cut short",
    ],
    [
      { ...RLVR, dynamicSampling: false, advantageEpsilon: 0 },
      "advantageEpsilon: found 0 with dynamicSampling false; expected more than 0, or equal rewards divide by 0",
    ],
    [{ ...SFT, epochs: 1, updates: 5 }, "updates: found 5 beside epochs; expected one of the two"],
    [
      { ...SFT, learningRate: [1e-3, 1e-3] },
      "learningRate: found [0.001,0.001]; expected each rate once",
    ],
  ];
  for (const [stage, expected] of cases) assertEquals(inStage(stage), [expected].flat());
});

Deno.test("resolve() refuses impossible combinations between the parts", () => {
  assertEquals(problems({ arms: { a: [SFT], b: [{ ...SFT, epochs: 3 }] } }), [
    "arms.b: found the same chain as arms.a; expected arms that differ",
  ]);
  assertEquals(problems({ data: relay({ tier: "hard" }), arms: { a: [SFT] } }), [
    "arms.a[0].epochs: found 3 on endless data; expected updates instead, or data.train",
  ]);
  assertEquals(
    problems({
      data: relay({ tier: "hard", train: 4, validation: 0 }),
      arms: { a: [sft({ learningRate: [1e-3, 1e-4] })] },
    }),
    ["arms.a[0].learningRate: found 2 rates with data.validation 0; expected one rate, or problems to choose the best by"],
  );
  assertEquals(
    problems({ data: { file: "x.jsonl" }, arms: { a: [{ ...SFT, target: "solution" }] } }),
    ['arms.a[0].target: found "solution" with data of rows; expected "outline": rows have no thought-out solutions'],
  );
  const reasoning = { arms: { a: [{ ...SFT, target: "reasoning" as const }] } };
  assertEquals(problems({ data: { file: "x.jsonl", mapping: "gsm8k" }, ...reasoning }), [
    'arms.a[0].target: found "reasoning" with mapping "gsm8k"; expected "outline": there are no traces of reasoning',
  ]);
  assertEquals(problems(reasoning), []);
  assertEquals(problems({ data: { file: "x.jsonl", mapping: "s1k" }, ...reasoning }), []);
  const hard = relay({ tier: "hard", seed: 1 });
  assertEquals(problems({ evaluation: { benchmarks: { hard } } }), [
    "evaluation.benchmarks.hard.seed: found 1, the training data's seed on the same tier; expected another, or training problems are measured",
  ]);
  const easy = relay({ tier: "easy", seed: 1 });
  assertEquals(problems({ evaluation: { benchmarks: { easy } } }), []);
  assertEquals(
    problems({ data: { file: "x.jsonl" }, evaluation: { benchmarks: { x: { file: "x.jsonl" } } } }),
    ["evaluation.benchmarks.x.file: found the training data's file; expected problems that are not trained on"],
  );
});

/** Resolved training data. */
function dataOf(data: ExperimentDeclaration["data"]): unknown {
  const resolved = resolve(declaration({ data, arms: { a: [sft({ learningRate: 1e-3 })] } }));
  return "experiment" in resolved ? resolved.experiment.data : resolved.problems;
}

const SOLUTIONS = {
  ...READ,
  validation: 0.1,
  seed: 1,
  maxDropped: 0.2,
  overlap: "report",
  teacher: null,
};

Deno.test("resolve() fills in what is said of expert solutions, wherever they are", () => {
  assertEquals(dataOf({ file: "x.jsonl" }), { domain: "file", file: "x.jsonl", ...SOLUTIONS });
  const rows = [{ question: "1+1?" }];
  assertEquals(dataOf({ rows, maxDropped: 0, overlap: "refuse" }), {
    domain: "rows",
    rows,
    ...SOLUTIONS,
    maxDropped: 0,
    overlap: "refuse",
  });
  assertEquals(dataOf({ rows, mapping: "gsm8k" }), {
    domain: "rows",
    rows,
    ...SOLUTIONS,
    mapping: "gsm8k",
    parser: "lines",
  });
  const hub = {
    domain: "hub",
    hub: "a/b",
    revision: "main",
    config: null,
    split: "train",
    files: null,
  };
  assertEquals(dataOf({ hub: "a/b" }), { ...hub, ...SOLUTIONS });
  const parts = { revision: "r", config: "c", split: "s" };
  assertEquals(dataOf({ hub: "hf:a/b@r:c/s", seed: 2 }), {
    ...hub,
    ...parts,
    ...SOLUTIONS,
    seed: 2,
  });
  assertEquals(dataOf({ hub: "a/b:c", revision: "r", split: "s", files: ["x.jsonl"] }), {
    ...hub,
    ...parts,
    files: ["x.jsonl"],
    ...SOLUTIONS,
  });
  const teacher = { baseUrl: "http://localhost:8000/v1", model: "m" };
  assertEquals(dataOf({ file: "x.jsonl", teacher }), {
    domain: "file",
    file: "x.jsonl",
    ...SOLUTIONS,
    teacher: { ...teacher, keyVariable: null, concurrency: 4 },
  });
});

Deno.test("resolve() names what is wrong with where rows are and what is said of them", () => {
  const dataset = "expected a dataset owner/name, or hf:owner/name[@revision][:config][/split]";
  const teacher = { baseUrl: "http://localhost/v1", model: "m" };
  const cases: [unknown, string][] = [
    [{ file: "" }, 'data.file: found ""; expected a path'],
    [{ hub: "gsm8k" }, `data.hub: found "gsm8k"; ${dataset}`],
    [{ hub: 3 }, `data.hub: found 3; ${dataset}`],
    [
      { hub: "a/b@r", revision: "main" },
      'data.revision: found "main", and hub says "r"; expected one of them',
    ],
    [{ hub: "a/b", splt: "test" }, 'data.splt: unknown key (found "test"); did you mean `split`?'],
    [{ hub: "a/b", files: [] }, "data.files: found []; expected at least one path"],
    [{ rows: [] }, "data.rows: found []; expected at least one row"],
    [{ rows: [3] }, "data.rows[0]: found 3; expected a row: an object"],
    [{ rows: [{ n: 1n }] }, "data.rows: found a object; expected rows of plain JSON"],
    [{ file: "x", rows: [{}] }, "data.rows: unknown key (found [{}]); valid keys: "],
    [{ file: "x", maxDropped: 20 }, "data.maxDropped: found 20; expected a fraction from 0 to 1"],
    [
      { file: "x", overlap: "refse" },
      'data.overlap: found "refse"; expected "report" or "refuse"; did you mean "refuse"?',
    ],
    [
      { file: "x", teacher: "m" },
      'data.teacher: found "m"; expected a teacher { baseUrl, model }, or null',
    ],
    [
      { file: "x", teacher: { ...teacher, baseUrl: "localhost:80" } },
      'data.teacher.baseUrl: found "localhost:80"; expected an address that begins with http:// or https://',
    ],
    [
      { file: "x", teacher: { ...teacher, concurrency: 0 } },
      "data.teacher.concurrency: found 0; expected a whole number of requests, at least 1",
    ],
    [
      { file: "x", teacher: { ...teacher, key: "k" } },
      'data.teacher.key: unknown key (found "k"); valid keys: baseUrl, model, keyVariable, concurrency',
    ],
  ];
  for (const [data, expected] of cases) {
    const [found, ...more] = problems({ data, arms: { a: [SFT] } });
    assertEquals([found?.slice(0, expected.length), more], [expected, []]);
  }
  const sets = { x: { hub: "a/b", split: "test" }, y: { rows: [{ q: 1 }] } };
  assertEquals(
    problems({ data: { hub: "a/b/test" }, arms: { a: [SFT] }, evaluation: { benchmarks: sets } }),
    [
      "evaluation.benchmarks.x.hub: found the training data's split; expected problems that are not trained on",
    ],
  );
  assertEquals(
    problems({ evaluation: { benchmarks: { x: { file: "x", maxDropped: 0 } } } }),
    ["evaluation.benchmarks.x.maxDropped: unknown key (found 0); valid keys: domain, file, mapping, parser, rounded"],
  );
});

Deno.test("resolve() refuses an evaluation that measures nothing", () => {
  const { benchmarks } = declaration().evaluation;
  assertEquals(problems({ evaluation: { benchmarks, greedy: false, samples: 0 } }), [
    "evaluation.samples: found 0 with greedy false; expected samples, or greedy, or nothing is measured",
  ]);
  assertEquals(problems({ evaluation: { benchmarks: {} } }), [
    "evaluation.benchmarks: found {}; expected at least one problem set",
  ]);
  assertEquals(problems({ evaluation: { benchmarks: { h: relay({ tier: "hard", train: 3 }) } } }), [
    "evaluation.benchmarks.h.train: unknown key (found 3); valid keys: domain, tier, problems, seed",
  ]);
});

Deno.test("resolve() lists every problem at once, also those between parts that are wrong elsewhere", () => {
  const found = problems({
    name: "a/b",
    arms: { a: [{ ...SFT, epochs: 1, updates: 2, batch: 0 }], b: [], c: [], d: 3 },
    seeds: [1, 1],
  });
  assertEquals(found.map((line) => line.split(":")[0]), [
    "name",
    "arms.a[0].batch",
    "arms.a[0].updates",
    "arms.d",
    "seeds",
    "arms.c",
  ]);
});

Deno.test("resolve() says one thing of one mistake", () => {
  // A misspelt key is not also a missing one, and what is no number breaks no rule between numbers.
  assertEquals(inStage({ ...SRL, updates: undefined, updatse: 60 }), [
    "updatse: unknown key (found 60); did you mean `updates`?",
  ]);
  assertEquals(inStage({ ...SRL, updates: "60" }), [
    'updates: found "60"; expected a whole number of updates, at least 1',
  ]);
  assertEquals(inStage({ ...SRL, dynamicSampling: false, advantageEpsilon: "x" }), [
    'advantageEpsilon: found "x"; expected a number of at least 0',
  ]);
  const { length } = problems({
    arms: { a: [SFT] },
    policy: { s: { init: { hidden_size: "64", num_attention_heads: 4 } } },
  });
  assertEquals(length, 4); // hidden_size, and three that are missing
});

Deno.test("resolve() refuses what is no declaration at all", () => {
  for (const value of [null, undefined, 3, "x", [], () => 1]) {
    const result = resolve(value);
    assertEquals("problems" in result && result.problems.length > 0, true);
  }
});

Deno.test("resolve() checks the shape of a policy to initialise", () => {
  const init = {
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 5,
    num_key_value_heads: 2,
    intermediate_size: 128,
    max_position_embeddings: 256,
  };
  const arms = { a: [SFT] };
  const heads =
    "expected a number that divides hidden_size into heads whose width is a multiple of 16";
  const narrow = { ...init, hidden_size: 32, num_attention_heads: 4 };
  assertEquals(problems({ arms, policy: { s: { init: narrow } } }), [
    `policy.s.init.num_attention_heads: found 4; ${heads}`,
  ]);
  assertEquals(problems({ arms, policy: { s: { init } } }), [
    `policy.s.init.num_attention_heads: found 5; ${heads}`,
    "policy.s.init.num_key_value_heads: found 2; expected a number that divides num_attention_heads",
  ]);
  assertEquals(problems({ policy: { s: { init: { ...init, num_attention_heads: 4 } } } }), [
    "arms.base: found [] with policy.s to initialise; expected a stage, or a checkpoint: random weights are not worth measuring",
  ]);
  assertEquals(problems({ policy: {} }), ["policy: found {}; expected at least one policy"]);
  assertEquals(problems({ policy: { s: 3 } }), [
    "policy.s: found 3; expected the folder of a checkpoint, hf:owner/name[@revision], or { init: {…} } to start from random weights",
  ]);
});

Deno.test("resolve() calls a policy that is declared alone as its folder or model is called", () => {
  const sizes = (policy: unknown) => {
    const result = resolve({ ...declaration(), policy });
    return "problems" in result ? result.problems : result.experiment.policy;
  };
  const instruct = "hf:Qwen/Qwen2.5-0.5B-Instruct";
  assertEquals(sizes(instruct), { "Qwen2.5-0.5B-Instruct": { checkpoint: instruct } });
  assertEquals(sizes(`${instruct}@v1`), {
    "Qwen2.5-0.5B-Instruct": { checkpoint: `${instruct}@v1` },
  });
  assertEquals(sizes("checkpoints/small/"), { small: { checkpoint: "checkpoints/small/" } });
  const expected = "expected the folder of a checkpoint, hf:owner/name[@revision], or " +
    "{ init: {…} } to start from random weights";
  assertEquals(problems({ policy: "" }), [`policy.policy: found ""; ${expected}`]);
  assertEquals(problems({ policy: "hf:Qwen" }), [
    `policy["hf:Qwen"]: found "hf:Qwen"; ${expected}`,
  ]);
  assertEquals(problems({ policy: 3 }), [
    "policy: found 3; expected a checkpoint, or an object of policies by size",
  ]);
});

Deno.test("resolve() refuses names that tables and folders cannot carry", () => {
  const name = "expected letters, digits, `.`, `_` and `-`: it names a folder";
  assertEquals(problems({ name: "../x" }), [`name: found "../x"; ${name}`]);
  assertEquals(problems({ name: "" }), [`name: found ""; ${name}`]);
  assertEquals(problems({ arms: { " a": [] } }), [
    'arms[" a"]: found the name " a"; expected a name of 1 to 60 characters',
  ]);
  assertEquals(problems({ policy: { s: "" } }), [
    'policy.s: found ""; expected the folder of a checkpoint, hf:owner/name[@revision], or { init: {…} } to start from random weights',
  ]);
});

Deno.test("resolve() trains on the base mixture by sft on its thought-out solutions alone", () => {
  const stage = { ...SFT, updates: 9, target: "solution" };
  const data = relay({ tier: "base" });
  assertEquals(problems({ data, arms: { a: [stage] } }), []);
  assertEquals(problems({ data: { ...data, train: 9 }, arms: { a: [stage] } }), [
    'data.train: found 9 on tier "base"; expected none: the mixture is endless',
  ]);
  const others = ["outline", "reasoning"].map((target) => ({ ...stage, target }));
  assertEquals(problems({ data, arms: { a: [SRL], b: [others[0]], c: [others[1]] } }), [
    'arms.a[0].kind: found "srl" on tier "base"; expected "sft": the mixture has demonstrations, and no problems to practise on',
    'arms.b[0].target: found "outline" on tier "base"; expected "solution": the mixture has thought-out solutions only',
    'arms.c[0].target: found "reasoning" on tier "base"; expected "solution": the mixture has thought-out solutions only',
  ]);
  assertEquals(problems({ evaluation: { benchmarks: { b: data } } }), [
    'evaluation.benchmarks.b.tier: found "base"; expected "easy" or "medium" or "hard"',
  ]);
});
