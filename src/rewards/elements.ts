/** @file Two texts as sequences of small integers, so that a matcher compares numbers only. */
import { splitWords } from "./white_space.ts";

/** What a sequence is made of: Unicode code points, or words between white space. */
export type Unit = "char" | "word";

/** Two sequences over one alphabet of ids. */
export interface ElementPair {
  /** Ids of the first text's elements; -1 for an element that the second text does not have. */
  readonly a: Int32Array;
  /** Ids of the second text's elements, 0 to `alphabet - 1`. */
  readonly b: Int32Array;
  /** How many different elements the second text has. */
  readonly alphabet: number;
}

/**
 * A text's elements, in order. Code points are numbers, so that no string is made for each character; a lone
 * surrogate counts as one code point. Words are as Python's `str.split()` gives them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(elementsOf("a𝟙", "char"), new Int32Array([0x61, 0x1d7d9]));
 * assertEquals(elementsOf("  x = 1\n", "word"), ["x", "=", "1"]);
 * ```
 */
export function elementsOf(text: string, unit: "char"): Int32Array;
/** The words of a text. */
export function elementsOf(text: string, unit: "word"): string[];
/** The elements of a text in either unit. */
export function elementsOf(text: string, unit: Unit): Int32Array | string[];
export function elementsOf(text: string, unit: Unit): Int32Array | string[] {
  switch (unit) {
    case "char":
      return codePoints(text);
    case "word":
      return splitWords(text);
    default:
      throw new TypeError(`unit must be "char" or "word", not ${Deno.inspect(unit)}`);
  }
}

function codePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at)!;
    if (point > 0xffff) at++;
    points[count++] = point;
  }
  return points.subarray(0, count);
}

/**
 * Both texts as ids over the second text's alphabet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(internPair("cab", "abba", "char"), {
 *   a: new Int32Array([-1, 0, 1]),
 *   b: new Int32Array([0, 1, 1, 0]),
 *   alphabet: 2,
 * });
 * ```
 */
export function internPair(a: string, b: string, unit: Unit): ElementPair {
  return unit === "word"
    ? internTokens(elementsOf(a, unit), elementsOf(b, unit))
    : internIds(elementsOf(a, unit), elementsOf(b, unit));
}

/**
 * Strings (words, marks) as ids over the second sequence's alphabet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(internTokens(["so", "x"], ["x", "y", "x"]), {
 *   a: Int32Array.of(-1, 0),
 *   b: Int32Array.of(0, 1, 0),
 *   alphabet: 2,
 * });
 * ```
 */
export function internTokens(a: readonly string[], b: readonly string[]): ElementPair {
  const ids = new Map<string, number>();
  const bIds = new Int32Array(b.length);
  for (let j = 0; j < b.length; j++) {
    const word = b[j]!;
    let id = ids.get(word);
    if (id === undefined) ids.set(word, id = ids.size);
    bIds[j] = id;
  }
  const aIds = new Int32Array(a.length);
  for (let i = 0; i < a.length; i++) aIds[i] = ids.get(a[i]!) ?? -1;
  return { a: aIds, b: bIds, alphabet: ids.size };
}

/** Numbers below this, nearly all code points of most texts, have their ids in an array instead of a map. */
const TABLE_SIZE = 0x100;

/**
 * Numbers (code points, token ids; none negative) as ids over the second sequence's alphabet. Both are overwritten.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(internIds(Int32Array.of(9, 700), Int32Array.of(700, 5, 700)), {
 *   a: Int32Array.of(-1, 0),
 *   b: Int32Array.of(0, 1, 0),
 *   alphabet: 2,
 * });
 * ```
 */
export function internIds(a: Int32Array, b: Int32Array): ElementPair {
  const table = new Int32Array(TABLE_SIZE).fill(-1);
  const others = new Map<number, number>();
  let alphabet = 0;
  for (let j = 0; j < b.length; j++) {
    const point = b[j]!;
    let id = point < TABLE_SIZE ? table[point]! : others.get(point) ?? -1;
    if (id === -1) {
      id = alphabet++;
      if (point < TABLE_SIZE) table[point] = id;
      else others.set(point, id);
    }
    b[j] = id;
  }
  for (let i = 0; i < a.length; i++) {
    const point = a[i]!;
    a[i] = point < TABLE_SIZE ? table[point]! : others.get(point) ?? -1;
  }
  return { a, b, alphabet };
}
