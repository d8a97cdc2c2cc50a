/** @file Every option of every reward changes a score of `knobs.jsonl`. */
import { assert, assertEquals } from "@std/assert";
import type { RewardDeclaration, RewardKind } from "../../src/rewards/declaration.ts";
import { splitRollout } from "../../src/rewards/format.ts";
import { judge } from "../../src/rewards/judge.ts";
import { makeReward } from "../../src/rewards/make_reward.ts";
import type { RewardItem } from "../../src/rewards/protocol.ts";
import { REWARD_KINDS, rewardSchema } from "../../src/rewards/schema.ts";
import { writeEncoder } from "./encoder.ts";

const dir = await Deno.makeTempDir();
const score = (value: string) => `export default ({ action }) => ({ value: ${value}, parts: {} });`;
await Deno.writeTextFile(`${dir}/a.ts`, score("action === null ? 0.5 : 1 / action.length"));
await Deno.writeTextFile(`${dir}/b.ts`, score("0.25"));
await Deno.mkdir(`${dir}/a`);
await Deno.mkdir(`${dir}/b`);
await writeEncoder(`${dir}/a`);
await writeEncoder(`${dir}/b`, { inputs: ["input_ids"] });

/** For each kind a declaration, and for each of its options another value. */
const KNOBS: Record<RewardKind, [base: RewardDeclaration, other: Record<string, unknown>]> = {
  similarity: [{ kind: "similarity" }, {
    unit: "word",
    autojunk: false,
    order: "expert-first",
    "normalise.whitespace": true,
    "normalise.latex": true,
  }],
  levenshtein: [{ kind: "levenshtein" }, {}],
  "rouge-l": [{ kind: "rouge-l" }, { beta: 3 }],
  "token-f1": [{ kind: "token-f1" }, {}],
  chrf: [{ kind: "chrf" }, { charOrder: 2, wordOrder: 2, beta: 1 }],
  bleu: [{ kind: "bleu" }, { tokens: "word", maxOrder: 2 }],
  embedding: [{ kind: "embedding", model: `${dir}/a`, maxTokens: 12 }, {
    model: `${dir}/b`,
    maxTokens: 4,
  }],
  "tool-call": [{ kind: "tool-call" }, { nameWeight: 0.5, values: "exact" }],
  patch: [{ kind: "patch" }, { context: false }],
  answer: [{ kind: "answer" }, {}],
  "expert-likelihood": [{ kind: "expert-likelihood", scale: "log" }, {
    scale: "probability",
    floor: -10,
  }],
  format: [{ kind: "format" }, { broken: 0, ok: 0.5 }],
  length: [{ kind: "length", from: 5, to: 50 }, {
    of: "action",
    unit: "word",
    from: 10,
    to: 100,
    value: 0.5,
  }],
  module: [{ kind: "module", file: `${dir}/a.ts` }, {
    file: `${dir}/b.ts`,
    range: [0.5, 1],
    needsFormat: false,
  }],
  sum: [{ kind: "sum", of: [{ weight: 1, reward: "bleu" }] }, {
    of: [{ weight: 1, reward: "bleu" }, { weight: -1, reward: "chrf" }],
  }],
  gate: [{ kind: "gate", reward: "similarity", when: "answer" }, {
    reward: "bleu",
    when: "levenshtein",
    above: 1,
  }],
  min: [{ kind: "min", of: ["similarity", "answer"] }, { of: ["similarity", "bleu"] }],
  clip: [{ kind: "clip", reward: "similarity", low: 0.2, high: 0.6 }, {
    reward: "bleu",
    low: 0.4,
    high: 0.9,
  }],
  anneal: [{ kind: "anneal", from: "similarity", to: "answer", end: 8 }, {
    from: "bleu",
    to: "levenshtein",
    start: 4,
    end: 16,
  }],
};

async function readItems(): Promise<RewardItem[]> {
  const text = await Deno.readTextFile(new URL("knobs.jsonl", import.meta.url));
  return text.trimEnd().split("\n").map((line) => {
    const { completion, target, answer, ...known } = JSON.parse(line);
    const rollout = { ...splitRollout(completion), ...known };
    return { rollout, instance: { target, answer, problem: "p" } };
  });
}

const items = await readItems();

/** What a declaration makes of the fixture, failures included. */
async function judgements(declared: unknown): Promise<unknown[]> {
  const reward = await makeReward(declared as RewardDeclaration, {
    encode: (text) => [...text].map((char) => char.codePointAt(0)! % 7),
    verify: (gold, completion) => ({ correct: completion.includes(gold), extracted: gold }),
  });
  const all = [];
  for (const item of items) {
    const judgement = await judge(reward, item);
    all.push(judgement.status === "ok" ? judgement.score.value : judgement.message);
  }
  return all;
}

/** A copy of a declaration with the value at a dotted path changed. */
function changed(declared: object, path: string, value: unknown): object {
  const [key = "", ...rest] = path.split(".");
  const inner = (declared as Record<string, unknown>)[key];
  return {
    ...declared,
    [key]: rest.length === 0 ? value : changed((inner ?? {}) as object, rest.join("."), value),
  };
}

/** The dotted paths of all options of a resolved declaration. */
function optionsOf(declared: object): string[] {
  return Object.entries(declared).flatMap(([key, value]) => {
    if (key === "kind") return [];
    const nested = typeof value === "object" && !Array.isArray(value) && !("kind" in value);
    return nested ? optionsOf(value).map((inner) => `${key}.${inner}`) : [key];
  });
}

for (const kind of REWARD_KINDS) {
  Deno.test(`every option of ${kind} changes a score`, async () => {
    const [base, others] = KNOBS[kind];
    assertEquals(Object.keys(others).sort(), optionsOf(rewardSchema.parse(base)).sort());
    const scores = await judgements(base);
    // It tells at least two of the rollouts apart, and fails on none but where no score is defined.
    assert(new Set(scores.filter((value) => typeof value === "number")).size > 1);
    for (const [path, value] of Object.entries(others)) {
      const other = await judgements(changed(base, path, value));
      assert(JSON.stringify(other) !== JSON.stringify(scores), `${kind}.${path}`);
    }
  });
}

Deno.test("every unit of similarity and length, and every choice of words, changes a score", async () => {
  const variants: RewardDeclaration[][] = [
    [{ kind: "similarity" }, { kind: "similarity", unit: "token" }, {
      kind: "similarity",
      unit: "word",
    }],
    [{ kind: "bleu" }, { kind: "bleu", tokens: "char" }, { kind: "bleu", tokens: "word" }],
    (["completion", "think", "action"] as const).map((of) => ({
      kind: "length",
      of,
      from: 0,
      to: 999,
    })),
    (["char", "word"] as const).map((unit) => ({ kind: "length", unit, from: 0, to: 999 })),
  ];
  for (const declared of variants) {
    const all = await Promise.all(declared.map(judgements));
    assertEquals(new Set(all.map((scores) => JSON.stringify(scores))).size, declared.length);
  }
});
