/** @file Seeded random streams. */

/** A number or a name that picks one stream out of many. */
export type StreamLabel = number | string;

/**
 * A random stream: sfc32 (Chris Doty-Humphrey, PractRand), seeded by a hash of labels. Equal labels give equal streams;
 * streams of different labels are independent for all practical purposes, so each row, problem and stage has its own
 * and none depends on the order in which the others draw.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new Rng(1, "data").next(), new Rng(1, "data").next());
 * ```
 */
export class Rng {
  readonly #labels: readonly StreamLabel[];
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** The stream of these labels. */
  constructor(...labels: StreamLabel[]) {
    this.#labels = labels;
    const text = labels.map(textOf).join("\0");
    [this.#a, this.#b, this.#c] = [
      hash(text, 0x9e3779b9),
      hash(text, 0x85ebca6b),
      hash(text, 0xc2b2ae35),
    ];
    for (let i = 0; i < 15; i++) this.#draw();
  }

  /** Another stream, of this one's labels and more. What was drawn from this one has no effect on it. */
  fork(...labels: StreamLabel[]): Rng {
    return new Rng(...this.#labels, ...labels);
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number {
    const high = this.#draw() >>> 5;
    const low = this.#draw() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /**
   * Uniform integer in [0, below).
   *
   * @throws {RangeError} unless `below` is at least 1.
   */
  integer(below: number): number {
    if (!(below >= 1)) throw new RangeError(`integer: expected at least 1, found ${below}`);
    return Math.floor(this.next() * below);
  }

  /** Whether an event of this probability happens. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /**
   * One of the items.
   *
   * @throws {RangeError} where there are none.
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick: there are no items");
    return items[this.integer(items.length)]!;
  }

  /** The items in a random order (Fisher and Yates); the argument is left alone. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
    }
    return shuffled;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  #draw(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t | 0;
    return t >>> 0;
  }
}

/** A label's text, in which the separator stands doubled, so that no two lists of labels read the same. */
function textOf(label: StreamLabel): string {
  return `${typeof label}:${label}`.replaceAll("\0", "\0\0");
}

/** FNV-1a over UTF-16 units, with the finaliser of MurmurHash3. */
function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
