/** @file Tiny checkpoints with what `transformers` computes with them; made by tests/golden/make_policy.py. */
import type { PromptGroup } from "../../src/policy/packing.ts";
import { Policy } from "../../src/policy/policy.ts";
import { StopCondition } from "../../src/policy/stopping.ts";
import { Rng } from "../../src/random/rng.ts";

const FOLDER = new URL("../golden/policy/", import.meta.url).pathname;

/** Qwen2 has a bias and tied embeddings, Llama neither; both share key heads. */
export const GOLDEN_NAMES = ["qwen2", "llama"] as const;

/** A prompt and what the reference makes of it, in float64. */
export interface GoldenGroup {
  prompt: number[];
  /** Logits behind the prompt. */
  logits: number[];
  /** Completions with the log-probability of each token. */
  completions: { tokens: number[]; logProbs: number[] }[];
  /** The 64 most probable tokens. */
  greedy: number[];
}

/** Folder of a golden checkpoint. */
export function goldenFolder(name: typeof GOLDEN_NAMES[number]): string {
  return FOLDER + name;
}

/** Opens a golden checkpoint. */
export function goldenPolicy(name: typeof GOLDEN_NAMES[number]): Promise<Policy> {
  return Policy.load(goldenFolder(name));
}

/** What the reference makes of it. */
export async function goldenGroups(name: typeof GOLDEN_NAMES[number]): Promise<GoldenGroup[]> {
  return JSON.parse(await Deno.readTextFile(`${FOLDER}${name}.json`));
}

/** The golden completions as groups to pack, each tagged with its log-probabilities. */
export function scoredGroups(groups: readonly GoldenGroup[]): PromptGroup<number[]>[] {
  return groups.map(({ prompt, completions }) => ({
    prompt,
    completions: completions.map(({ tokens, logProbs }) => ({ tokens, tag: logProbs })),
  }));
}

/** Nothing ends a completion but its budget. */
export const ENDLESS = new StopCondition([], [], { decode: () => "" });

/** Greedy decoding that nothing but the budget ends. */
export const GREEDY = { temperature: 0, topP: 1, topK: 0, stop: ENDLESS } as const;

/** `count` random ids below `below`, the same for equal labels. */
export function randomIds(count: number, below: number, ...labels: (string | number)[]): number[] {
  const rng = new Rng("ids", ...labels);
  return Array.from({ length: count }, () => rng.integer(below));
}

/** Streams of a request, the same for equal labels. */
export function streams(count: number, ...labels: (string | number)[]): Rng[] {
  return Array.from({ length: count }, (_, i) => new Rng("stream", ...labels, i));
}

/** The largest absolute difference. */
export function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}
