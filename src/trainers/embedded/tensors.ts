/** @file Several sets of tensors in one file, each under a prefix. */
import type { RawTensor } from "../../policy/safetensors.ts";
import type { Weights } from "../../policy/weights.ts";

/** Weights as they are in memory, not copied. */
export function numbersOf(weights: Weights): Map<string, Float32Array<ArrayBuffer>> {
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

/**
 * Numbers by name as tensors of a file, whose shapes nobody asks for again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const tensors = tensorsOf("best/", new Map([["w", Float32Array.of(1, 2)]]));
 * assertEquals(tensors.get("best/w")?.shape, [2]);
 * ```
 */
export function tensorsOf(
  prefix: string,
  numbers: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
): Map<string, RawTensor> {
  return new Map(
    [...numbers].map(([name, data]) => [`${prefix}${name}`, { shape: [data.length], data }]),
  );
}

/**
 * The numbers whose names begin with a prefix, by the rest of the name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const all = new Map([["best/w", Float32Array.of(1)], ["trained/w", Float32Array.of(2)]]);
 * assertEquals(withPrefix("best/", all), new Map([["w", Float32Array.of(1)]]));
 * ```
 */
export function withPrefix<T extends Float32Array>(
  prefix: string,
  numbers: ReadonlyMap<string, T>,
): Map<string, T> {
  return new Map(
    [...numbers].flatMap(([name, data]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), data] as const] : []
    ),
  );
}
