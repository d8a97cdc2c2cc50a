/** @file How much work a stage is, counted in tokens before it runs. */
import type { ResolvedData } from "../experiment/data.ts";
import type { ResolvedBenchmark } from "../experiment/evaluation.ts";
import type { InitOptions, ResolvedPolicy } from "../experiment/policy.ts";
import type { StageSpec } from "../experiment/specs.ts";
import type { ResolvedStage } from "../experiment/stages.ts";
import { checkpointFolder } from "../policy/hub_checkpoint.ts";

/** A stage's work. */
export interface Work {
  /** Tokens through forward and backward pass. */
  readonly trained: number;
  /** Tokens sampled. */
  readonly sampled: number;
  /** Weights of the policy. */
  readonly parameters: number;
}

/** Usual lengths in tokens, to estimate with; only the time shown depends on them. */
interface Lengths {
  /** A problem. */
  readonly prompt: number;
  /** One step, thinking included. */
  readonly step: number;
  /** A whole solution, thinking included. */
  readonly solution: number;
  /** Problems, where the declaration does not say. */
  readonly problems: number;
}

/** Lengths of generated problems and of real solutions. */
function lengthsOf(set: ResolvedData | ResolvedBenchmark): Lengths {
  if (set.domain !== "relay") return { prompt: 300, step: 120, solution: 700, problems: 1000 };
  const solution = { base: 100, easy: 80, medium: 140, hard: 200 }[set.tier];
  return { prompt: 80, step: 24, solution, problems: 400 };
}

/** Work of a training stage on a policy of any size. */
function training(stage: ResolvedStage, data: ResolvedData): Omit<Work, "parameters"> {
  const { prompt, step, solution, problems } = lengthsOf(data);
  if (stage.kind === "sft") {
    const perEpoch = Math.ceil(((data.domain === "relay" && data.train) || problems) / stage.batch);
    const updates = stage.updates ?? (stage.epochs ?? 0) * perEpoch;
    const sequences = updates * stage.batch * stage.learningRate.length;
    return { trained: sequences * (prompt + solution), sampled: 0 };
  }
  // A step instance's prompt holds half of the solution on average, and so does that of a reverse curriculum.
  const half = solution / 2;
  const [given, wanted] = { srl: [half, step], r3: [half, half], rlvr: [0, solution] }[stage.kind];
  const completion = Math.min(stage.maxTokens, wanted!);
  const context = prompt + given!;
  const batches = stage.updates / stage.updatesPerBatch;
  const rollouts = batches * stage.groups * stage.rollouts;
  const refilled = stage.dynamicSampling ? 1 + stage.dynamicSampling.maxRefills / 2 : 1;
  return {
    trained: rollouts * (context + completion) * stage.updatesPerBatch,
    sampled: rollouts * completion * refilled,
  };
}

/** Work of a stage, whose policy has this many weights. */
export function workOf(spec: StageSpec, parameters: number): Work {
  if (spec.kind === "train") return { ...training(spec.stage, spec.data), parameters };
  const { benchmarks, greedy, samples, maxTokens } = spec.evaluation;
  let sampled = 0;
  for (const set of Object.values(benchmarks)) {
    const { solution, problems } = lengthsOf(set);
    const count = set.domain === "relay" ? set.problems : problems;
    sampled += count * (samples + (greedy ? 1 : 0)) * Math.min(maxTokens ?? Infinity, solution);
  }
  return { trained: 0, sampled, parameters };
}

/** Rows of an embedding that is not made yet, whose tokenizer is not known here. */
const VOCABULARY = 256;

/** Weights of a decoder of this shape, norms and biases left out. */
function weights(shape: Partial<InitOptions> & { vocab_size?: number }): number {
  const width = shape.hidden_size ?? 0;
  const heads = shape.num_attention_heads ?? 1;
  const shared = (shape.num_key_value_heads ?? heads) / heads;
  const layer = width * width * (2 + 2 * shared) + 3 * width * (shape.intermediate_size ?? 0);
  const embedding = (shape.vocab_size ?? VOCABULARY) * width;
  return (shape.num_hidden_layers ?? 0) * layer +
    embedding * (shape.tie_word_embeddings ?? false ? 1 : 2);
}

/** Weights of a declared policy, about. */
export async function parametersOf(policy: ResolvedPolicy): Promise<number> {
  if ("init" in policy) return weights(policy.init);
  try {
    const folder = await checkpointFolder(policy.checkpoint, "policy");
    return weights(JSON.parse(await Deno.readTextFile(`${folder}/config.json`)));
  } catch {
    return 0; // The stage itself says what is wrong with it; an estimate is no place for that.
  }
}
