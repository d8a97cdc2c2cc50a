/** @file Made-up rows of an experiment the size of a real one, the same on every call. */
import type { CellMetric, MetricRow, Outcome } from "../../src/results/outcome.ts";

/** The arms, in their declared order. */
export const ARMS = ["base", "sft", "rlvr", "srl", "srl → rlvr"] as const;

/** The columns of its table. */
export const COLUMNS = ["hard greedy", "hard avg@8", "hard pass@8", "easy greedy"] as const;

/** What each arm is able to: the chance that it solves a problem of middling difficulty. */
const SKILL: Readonly<Record<string, { hard: number; easy: number }>> = {
  base: { hard: 0.006, easy: 0.93 },
  sft: { hard: 0.012, easy: 0.55 },
  rlvr: { hard: 0.009, easy: 0.96 },
  srl: { hard: 0.22, easy: 0.955 },
  "srl → rlvr": { hard: 0.41, easy: 0.975 },
};

const SEEDS = [0, 1, 2];
const PROBLEMS = 100;
const SAMPLES = 8;

/** Every outcome: greedy and 8 samples of 100 problems of two benchmarks, three seeds; the base is the same for each. */
export function syntheticOutcomes(size = "1m"): Outcome[] {
  return ARMS.flatMap((arm) =>
    SEEDS.flatMap((seed) =>
      (["hard", "easy"] as const).flatMap((benchmark) => {
        const random = generator(`${arm} ${arm === "base" ? 0 : seed} ${benchmark} ${size}`);
        const drift = arm === "base" ? 1 : 0.85 + 0.3 * random();
        const mean = SKILL[arm]![benchmark] * (benchmark === "hard" ? drift : 1);
        return Array.from({ length: PROBLEMS }, (_, index) => {
          // Half of the skill is spread over problems: some are always solved, some never.
          const chance = Math.min(1, Math.max(0, mean * (1 + 1.6 * (random() - 0.5))));
          return Array.from({ length: SAMPLES + 1 }, (_, take): Outcome => {
            const correct = random() < chance;
            const problem = `${benchmark}-${String(index).padStart(3, "0")}`;
            const where = { arm, size, seed, benchmark, problem, expected: "188" };
            const decoding = take === 0 ? "greedy" : "sampled";
            return {
              ...where,
              decoding,
              sample: Math.max(0, take - 1),
              correct,
              extracted: correct ? "188" : null,
              completion: `<think>j=e-6=7-6</think>j=1\n${correct ? "188" : "j="}`,
              tokens: 20 + Math.floor(40 * random()),
              truncated: false,
            };
          });
        }).flat();
      })
    )
  );
}

/** The stages of each arm, with how the metrics run from their first to their last update. */
const STAGES: Readonly<Record<string, readonly Stage[]>> = {
  base: [],
  sft: [{ stage: "sft", updates: 150, validation: [0.02, 0.012], reward: null, stream: "sft" }],
  rlvr: [{
    stage: "rlvr",
    updates: 240,
    validation: [0.01, 0.012],
    reward: [0.0, 0.01],
    stream: "a",
  }],
  srl: [{
    stage: "srl",
    updates: 120,
    validation: [0.01, 0.21],
    reward: [0.05, 0.66],
    stream: "b",
  }],
  "srl → rlvr": [
    { stage: "srl", updates: 120, validation: [0.01, 0.21], reward: [0.05, 0.66], stream: "b" },
    { stage: "rlvr", updates: 120, validation: [0.21, 0.4], reward: [0.22, 0.46], stream: "c" },
  ],
};

interface Stage {
  readonly stage: string;
  readonly updates: number;
  readonly validation: readonly [number, number];
  readonly reward: readonly [number, number] | null;
  readonly stream: string;
}

/** Metric rows of every stage: a reward at each update, a validation at the start and every 20. */
export function syntheticMetrics(size = "1m"): CellMetric[] {
  return ARMS.flatMap((arm) =>
    SEEDS.flatMap((seed) =>
      STAGES[arm]!.flatMap(({ stage, updates, validation, reward, stream }, position) => {
        const random = generator(`${stream} ${seed} ${size}`);
        const tilt = 0.9 + 0.2 * random();
        const along = ([from, to]: readonly [number, number], step: number) =>
          from + (to - from) * tilt * (1 - Math.exp(-3 * step / updates));
        return Array.from({ length: updates + 1 }, (_, step): CellMetric => {
          const noise = 0.06 * (random() - 0.5);
          const row: MetricRow = {
            step,
            ...(step > 0 ? { loss: 2 * Math.exp(-step / 40) + Math.abs(noise) } : {}),
            ...(reward && step > 0 ? { reward: Math.max(-1, along(reward, step) + noise) } : {}),
            validation: step % 20 === 0 ? Math.max(0, along(validation, step) + noise / 4) : null,
          };
          return { arm, size, seed, stage, position, row };
        });
      })
    )
  );
}

/** Numbers from 0 to 1 that a name decides (FNV-1a, then mulberry32). */
function generator(name: string): () => number {
  let state = 0x811c9dc5;
  for (const char of name) state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
