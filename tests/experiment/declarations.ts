/** @file A whole declaration for the tests to vary, and a random stream. */
import { relay } from "../../src/experiment/data.ts";
import { rlvr } from "../../src/experiment/rlvr.ts";
import { sft } from "../../src/experiment/sft.ts";
import { srl } from "../../src/experiment/srl.ts";
import type { ExperimentDeclaration } from "../../src/experiment/schema.ts";

/** A checkpoint that opens and knows nothing; `make_policy.ts` makes it. */
export const POLICY: string = new URL("policy", import.meta.url).pathname;

/** How resolved rows are read that declare nothing. */
export const READ = { mapping: "generic", parser: "plain-numbered" } as const;

/** The same for the rows of a benchmark, which are judged too. */
export const ASKED = { ...READ, rounded: false } as const;

/** What resolved solutions say beside where they are and how they are split. */
export const SOLUTIONS = { ...READ, maxDropped: 0.2, overlap: "report", teacher: null } as const;

/** The five arms on a checkpoint. */
export function declaration(changes: Partial<ExperimentDeclaration> = {}): ExperimentDeclaration {
  const steps = srl({ updates: 60, learningRate: 3e-4 });
  return {
    name: "five",
    question: "Which is best?",
    policy: { "1m": POLICY },
    data: relay({ tier: "hard", train: 400, validation: 64, seed: 1 }),
    arms: {
      base: [],
      sft: [sft({ learningRate: [1e-4, 1e-3], epochs: 3 })],
      rlvr: [rlvr({ updates: 60, learningRate: 3e-4 })],
      srl: [steps],
      "srl → rlvr": [steps, rlvr({ updates: 30, learningRate: 1e-4 })],
    },
    seeds: [1, 2, 3],
    evaluation: { benchmarks: { hard: relay({ tier: "hard", problems: 100, seed: 1001 }) } },
    ...changes,
  };
}

/** Uniform numbers in [0, 1) that a seed fixes (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same value with the keys of every object in another order. */
export function shuffleKeys<T>(value: T, next: () => number): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => shuffleKeys(item, next)) as T;
  const entries = Object.entries(value).map((entry) => ({ entry, at: next() }));
  entries.sort((a, b) => a.at - b.at);
  return Object.fromEntries(
    entries.map(({ entry: [key, item] }) => [key, shuffleKeys(item, next)]),
  ) as T;
}
