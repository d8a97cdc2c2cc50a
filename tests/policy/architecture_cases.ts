/** @file Tiny models of every architecture, and what `transformers` and PyTorch compute with them: tests/golden/make_architectures.py. */
import { parameterShapes, type PolicyConfig } from "../../src/policy/config.ts";
import { parsePolicyConfig } from "../../src/policy/config_json.ts";
import type { JsonObject } from "../../src/policy/files.ts";
import type { PromptGroup } from "../../src/policy/packing.ts";
import type { RawTensor } from "../../src/policy/safetensors.ts";

/** Pseudo-random vectors that a gradient was multiplied with. */
export const PROJECTIONS = 16;

/** One model. Everything was computed in float64. */
export interface ArchitectureCase {
  readonly name: string;
  /** Of its weights, see {@link formulaTensors}. */
  readonly seed: number;
  /** What `transformers` writes as `config.json`. */
  readonly config: JsonObject;
  readonly continuations: readonly {
    readonly prompt: readonly number[];
    /** Behind the prompt. */
    readonly logits: readonly number[];
    /** The 64 most probable tokens. */
    readonly greedy: readonly number[];
  }[];
  readonly sft: {
    /** Prompts, each with its completions. */
    readonly groups: readonly [number[], number[][]][];
    /** Mean negative log-likelihood of all completion tokens. */
    readonly loss: number;
    /** By Hugging Face name: the norm, and the products with {@link projection}. */
    readonly gradients: Readonly<Record<string, { norm: number; projections: number[] }>>;
  };
}

/** Every model. */
export async function architectureCases(): Promise<ArchitectureCase[]> {
  const path = new URL("../golden/architectures.json.gz", import.meta.url);
  using file = await Deno.open(path);
  return await new Response(file.readable.pipeThrough(new DecompressionStream("gzip"))).json();
}

/** Its configuration, as it is read. */
export function caseConfig({ name, config }: ArchitectureCase): PolicyConfig {
  return parsePolicyConfig(config, name);
}

/** Numbers in [-1, 1), the same as the script's. */
function noise(stream: number, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    let h = (Math.imul(i, 2654435761) + Math.imul(stream + 1, 2246822519)) >>> 0;
    for (let round = 0; round < 2; round++) h = Math.imul(h ^ (h >>> 16), 0x45d9f3b) >>> 0;
    h ^= h >>> 16;
    return ((h >>> 8) / 2 ** 23) - 1;
  });
}

/** The product of a gradient with a pseudo-random vector. */
export function projection(index: number, gradient: Float32Array): number {
  const vector = noise(2 ** 20 + index, gradient.length);
  return vector.reduce((sum, x, i) => sum + x * gradient[i]!, 0);
}

/** The weights that the script gives a model of this seed. */
export function formulaTensors(config: PolicyConfig, seed: number): Map<string, RawTensor> {
  return new Map(
    parameterShapes(config).map(({ name, shape }, at) => {
      const x = noise(1000 * seed + at, shape.reduce((a, b) => a * b, 1));
      const scale = name.includes("norm")
        ? (u: number) => 1 + 0.4 * u
        : /embed|lm_head/.test(name)
        ? (u: number) => u
        : (u: number) => 0.4 * u;
      return [name, { shape, data: Float32Array.from(x, scale) }];
    }),
  );
}

/** The fine-tuning batch, as groups to pack. */
export function sftGroups({ sft }: ArchitectureCase): PromptGroup<null>[] {
  return sft.groups.map(([prompt, completions]) => ({
    prompt,
    completions: completions.map((tokens) => ({ tokens, tag: null })),
  }));
}
