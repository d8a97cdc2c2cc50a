/** @file The same experiment written in many ways: as a file, with other keys first, other numerals, variables, comments. */

type Next = () => number;

/** A number as somebody might write it in a file. */
function spellNumber(value: number, next: Next): string {
  const [digits = "0", exponent = "0"] = value.toExponential().split("e");
  const forms = [String(value), `${digits}e${exponent}`, `${value} * 1`];
  if (Number.isInteger(value)) {
    forms.push(
      `${value}.0`,
      `0x${Math.abs(value).toString(16)}`,
      value.toLocaleString("en-u-nu-latn")
        .replaceAll(",", "_"),
    );
    if (value < 0) return String(value);
  } else if (/^0\.\d+$/.test(String(value))) forms.push(String(value).slice(1), `${value}00`);
  return forms[Math.floor(next() * forms.length)]!;
}

/** What a file holds before its experiment, and names that are free. */
interface Page {
  readonly next: Next;
  readonly before: string[];
}

function spellValue(value: unknown, page: Page): string {
  const { next, before } = page;
  if (typeof value === "number") return spellNumber(value, next);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const comment = next() < 0.1 ? `/* ${Math.floor(next() * 1e6)} */ ` : "";
  let text: string;
  if (Array.isArray(value)) {
    text = `[${value.map((item) => spellValue(item, page)).join(", ")}]`;
  } else {
    const entries = Object.entries(value).map(([key, item]) => ({ key, item, at: next() }));
    entries.sort((a, b) => a.at - b.at);
    const parts = entries.map(({ key, item }) =>
      `${JSON.stringify(key)}: ${spellValue(item, page)}`
    );
    text = `{ ${parts.join(", ")} }`;
  }
  if (next() < 0.2) {
    const name = `a${before.length}_${Math.floor(next() * 1e6)}`;
    before.push(`const ${name} = ${text}; // a variable`);
    text = name;
  }
  return comment + text;
}

/** An experiment file that declares a value, in a spelling that chance chooses. */
export function spellFile(declared: unknown, next: Next): string {
  const before: string[] = [];
  const text = spellValue(declared, { next, before });
  const module = import.meta.resolve("../../src/experiment/experiment.ts");
  return [
    `import { experiment } from "${module}";`,
    ...before,
    `export default experiment(${text} as never);`,
  ]
    .join("\n") + "\n";
}

/** A resolved value as it can be declared: null stands for a key that others rule out. */
function declarable(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, declarable(item)]),
  );
}

/** A declared value with some of the defaults written out, and some short forms in full. */
export function fillSome(declared: unknown, resolved: unknown, next: Next): unknown {
  if (typeof resolved !== "object" || resolved === null) return declared;
  if ("checkpoint" in resolved) return declared; // A folder has no long form.
  if (typeof declared !== "object" || declared === null) {
    return next() < 0.5 ? declarable(resolved) : declared;
  }
  if (Array.isArray(declared)) {
    if (declared.length !== (resolved as unknown[]).length) return declared;
    return declared.map((item, i) => fillSome(item, (resolved as unknown[])[i], next));
  }
  const made: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(resolved)) {
    if (Object.hasOwn(declared, key)) {
      made[key] = fillSome((declared as Record<string, unknown>)[key], item, next);
    } else if (item !== null && item !== undefined && next() < 0.4) made[key] = declarable(item);
  }
  // What resolving renames (`file` for its domain) stays as it was declared.
  return { ...declared, ...made };
}

/** Some of the entries of a record. */
function some(options: Record<string, readonly unknown[]>, next: Next): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(() => next() < 0.35)
      .map(([key, values]) => [key, values[Math.floor(next() * values.length)]]),
  );
}

const OPTIMISER = {
  schedule: ["constant", "linear"],
  warmup: [0.1, 1e-3],
  weightDecay: [0, 0.01],
  maxGradNorm: [1, 0.25],
  microBatchTokens: [4096, 8192],
  validateEvery: [7, 20],
  lora: [{ rank: 4 }, { rank: 8, alpha: 16, targetModules: ["v_proj", "q_proj"] }],
  recompute: [true, false],
  precision: ["float32"],
  device: ["cpu"],
};
const GRPO = {
  ...OPTIMISER,
  groups: [8, 32],
  rollouts: [4, 8],
  temperature: [0.7, 1],
  topP: [1, 0.95],
  topK: [0, 40],
  maxTokens: [64, 256],
  loss: ["grpo", "dapo", "bnpo"],
  clip: [{ high: 0.28 }, { low: 0.2, high: 0.2 }, {}],
  klCoefficient: [1e-3, 0.05],
  maskTruncated: [true, false],
  updatesPerBatch: [1, 2],
  dynamicSampling: [false, { maxRefills: 1 }, { epsilon: 1e-6 }],
  maxRewardFailures: [0.05, 0],
};
const REWARDS = [
  "similarity",
  "rouge-l",
  { kind: "similarity", autojunk: false },
  { kind: "similarity", normalise: { latex: true } },
  { kind: "sum", of: [{ weight: 0.9, reward: "levenshtein" }, { weight: 1e-1, reward: "format" }] },
  { kind: "min", of: ["chrf", { kind: "bleu" }] },
];

/** A declaration that chance chooses, with every kind of stage. */
export function randomDeclaration(next: Next, policy: string): Record<string, unknown> {
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)]!;
  const updates = () => 10 + Math.floor(next() * 90) * 2;
  const step = {
    kind: "srl",
    updates: updates(),
    learningRate: pick([3e-4, 1e-3]),
    ...some({
      ...GRPO,
      reward: REWARDS,
      granularity: ["step", { kind: "steps", k: 2 }, { kind: "tokens", n: 200 }, "sentence"],
      context: ["all", { last: 2 }],
    }, next),
  };
  const answer = { kind: "rlvr", updates: updates(), learningRate: 1e-4, ...some(GRPO, next) };
  const rest = {
    kind: "r3",
    updates: updates(),
    learningRate: 1e-4,
    ...some({ ...GRPO, stages: [6, 8], success: [0.5, 0.2], mix: [0.25, 0] }, next),
  };
  const imitation = {
    kind: "sft",
    learningRate: pick([1e-3, [1e-4, 1e-3]]),
    ...some({ ...OPTIMISER, epochs: [2, 3], batch: [16, 64] }, next),
  };
  return {
    name: "spelt",
    question: "Is it the same?",
    policy: { small: policy },
    data: {
      domain: "relay",
      tier: "hard",
      train: 400,
      ...some({ validation: [64, 32], seed: [1, 2] }, next),
    },
    arms: { base: [], sft: [imitation], srl: [step], "srl → rlvr": [step, answer], r3: [rest] },
    seeds: [2, 1],
    evaluation: {
      benchmarks: {
        hard: { domain: "relay", tier: "hard", ...some({ problems: [50, 100] }, next) },
      },
      ...some({ greedy: [true], samples: [4, 8], temperature: [0.6, 1] }, next),
    },
  };
}
