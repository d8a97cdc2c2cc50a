/** @file The options of `deno task eval`, from text to what they mean. */
import { namedBenchmark } from "../benchmarks/named_benchmarks.ts";
import { InputError } from "../errors.ts";

/** A benchmark that is asked for. */
export interface ChosenBenchmark {
  /** Its name. */
  readonly name: string;
  /** A file with its rows; undefined for the Hub. */
  readonly file: string | undefined;
}

/**
 * Benchmarks: names with commas between, each with `=FILE` where its rows are in a file.
 *
 * @throws {InputError} for a name that is none, one that is given twice, and none at all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseBenchmarks("aime24,amc23=amc.jsonl"), [
 *   { name: "aime24", file: undefined },
 *   { name: "amc23", file: "amc.jsonl" },
 * ]);
 * ```
 */
export function parseBenchmarks(text: string): ChosenBenchmark[] {
  const chosen = text.split(",").map((part): ChosenBenchmark => {
    const at = part.indexOf("=");
    const name = (at === -1 ? part : part.slice(0, at)).trim();
    const file = at === -1 ? undefined : part.slice(at + 1).trim();
    if (file === "") throw new InputError(`--benchmark: found ${name}= without a file`);
    try {
      namedBenchmark(name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`--${error.message}`);
    }
    return { name, file };
  });
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`--benchmark: found ${twice} twice`);
  return chosen;
}

/**
 * A whole number.
 *
 * @throws {InputError} for another text, and a number below `least` or above 2³¹ − 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWhole("samples", "32", 0), 32);
 * ```
 */
export function parseWhole(name: string, text: string, least: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value < 2 ** 31) return value;
  throw new InputError(
    `--${name}: found ${JSON.stringify(text)}; expected a whole number from ${least}`,
  );
}

/**
 * A number above 0, and at most `most`.
 *
 * @throws {InputError} for anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePositive("temperature", "0.6", 10), 0.6);
 * ```
 */
export function parsePositive(name: string, text: string, most: number): number {
  const value = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  if (value > 0 && value <= most) return value;
  throw new InputError(
    `--${name}: found ${JSON.stringify(text)}; expected a number above 0, and not above ${most}`,
  );
}

/**
 * For which k pass@k and majority@k are told: whole numbers with commas between, at most as many as there are samples.
 *
 * @throws {InputError} for anything else.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseKs("8,2", 32), [2, 8]);
 * assertEquals([parseKs(undefined, 32), parseKs(undefined, 0)], [[32], []]);
 * ```
 */
export function parseKs(text: string | undefined, samples: number): number[] {
  if (text === undefined) return samples === 0 ? [] : [samples];
  const ks = text.split(",").map((part) => parseWhole("k", part.trim(), 1));
  const wide = ks.find((k) => k > samples);
  if (wide !== undefined) {
    throw new InputError(`--k: found ${wide}; expected at most --samples, which is ${samples}`);
  }
  return [...new Set(ks)].sort((a, b) => a - b);
}
