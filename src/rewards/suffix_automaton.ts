/** @file Longest common run in linear time, for ranges where comparing all pairs of places would be quadratic. */
import type { Match } from "./longest_match.ts";

/**
 * The suffix automaton of a part of a sequence (Blumer et al. 1985): every run of that part is a path from state
 * 0. Buffers are kept from one {@link SuffixAutomaton.build} to the next.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const automaton = new SuffixAutomaton(new Int32Array([0, 1, 0, 0, 1]), 2);
 * automaton.build(0, 5);
 * assertEquals(automaton.longest(new Int32Array([1, 0, 1]), 0, 3, Infinity), { a: 0, b: 1, size: 2 });
 * ```
 */
export class SuffixAutomaton {
  readonly #sequence: Int32Array;
  #from = 0;
  #states = 0;
  #edges = 0;
  /** Per state: length of its longest run, suffix link, first place where its runs end, first edge. */
  readonly #length: Int32Array;
  readonly #link: Int32Array;
  readonly #firstEnd: Int32Array;
  readonly #head: Int32Array;
  /** Per edge: its element, where it leads, the next edge of the same state. */
  readonly #symbol: Int32Array;
  readonly #target: Int32Array;
  readonly #next: Int32Array;
  /** State 0's edges by element, because it alone may have as many as the alphabet. */
  readonly #rootTarget: Int32Array;

  /**
   * Sets memory aside for parts of a sequence; {@link SuffixAutomaton.build} does the work.
   *
   * @param sequence Ids from 0 to `alphabet - 1`.
   * @param alphabet How many ids there are.
   */
  constructor(sequence: Int32Array, alphabet: number) {
    this.#sequence = sequence;
    // An automaton of n elements has fewer than 2n states and 3n edges.
    const states = 2 * sequence.length + 2;
    const edges = 3 * sequence.length + 3;
    this.#length = new Int32Array(states);
    this.#link = new Int32Array(states);
    this.#firstEnd = new Int32Array(states);
    this.#head = new Int32Array(states);
    this.#symbol = new Int32Array(edges);
    this.#target = new Int32Array(edges);
    this.#next = new Int32Array(edges);
    this.#rootTarget = new Int32Array(alphabet);
  }

  /** Builds the automaton of the sequence from `from` to `to`, end excluded. */
  build(from: number, to: number): void {
    const length = this.#length;
    const link = this.#link;
    this.#from = from;
    this.#edges = 0;
    this.#rootTarget.fill(-1);
    length[0] = 0;
    link[0] = -1;
    this.#head[0] = -1;
    this.#states = 1;
    let last = 0;
    for (let at = from; at < to; at++) {
      const symbol = this.#sequence[at]!;
      const added = this.#addState(length[last]! + 1, at);
      let state = last;
      let target = -1;
      while (state !== -1 && (target = this.#follow(state, symbol)) === -1) {
        this.#addEdge(state, symbol, added);
        state = link[state]!;
      }
      link[added] = state === -1 ? 0 : this.#split(state, symbol, target);
      last = added;
    }
  }

  /**
   * The longest run that `a` between `from` and `to` shares with the part built; of several, the first in `a`,
   * and its first place in the part. A negative id in `a` matches nothing.
   *
   * @param bound Stops at the first run of this length.
   */
  longest(a: Int32Array, from: number, to: number, bound: number): Match {
    let best: Match = { a: from, b: this.#from, size: 0 };
    let state = 0;
    let size = 0;
    for (let i = from; i < to && best.size < bound; i++) {
      const id = a[i]!;
      let target = id < 0 ? -1 : this.#follow(state, id);
      while (target === -1 && state !== 0) {
        state = id < 0 ? 0 : this.#link[state]!;
        size = this.#length[state]!;
        if (id >= 0) target = this.#follow(state, id);
      }
      if (target === -1) continue;
      state = target;
      size++;
      if (size > best.size) {
        best = { a: i - size + 1, b: this.#firstEnd[state]! - size + 1, size };
      }
    }
    return best;
  }

  #addState(length: number, firstEnd: number): number {
    const state = this.#states++;
    this.#length[state] = length;
    this.#firstEnd[state] = firstEnd;
    this.#head[state] = -1;
    return state;
  }

  #addEdge(state: number, symbol: number, target: number): void {
    if (state === 0) {
      this.#rootTarget[symbol] = target;
      return;
    }
    const edge = this.#edges++;
    this.#symbol[edge] = symbol;
    this.#target[edge] = target;
    this.#next[edge] = this.#head[state]!;
    this.#head[state] = edge;
  }

  #follow(state: number, symbol: number): number {
    if (state === 0) return this.#rootTarget[symbol]!;
    for (let edge = this.#head[state]!; edge !== -1; edge = this.#next[edge]!) {
      if (this.#symbol[edge] === symbol) return this.#target[edge]!;
    }
    return -1;
  }

  #redirect(state: number, symbol: number, target: number): void {
    if (state === 0) {
      this.#rootTarget[symbol] = target;
      return;
    }
    let edge = this.#head[state]!;
    while (this.#symbol[edge] !== symbol) edge = this.#next[edge]!;
    this.#target[edge] = target;
  }

  /** The state of exactly the runs that reach `target` over `symbol` from `state`: `target`, or a clone of it. */
  #split(state: number, symbol: number, target: number): number {
    const length = this.#length[state]! + 1;
    if (this.#length[target] === length) return target;
    const clone = this.#addState(length, this.#firstEnd[target]!);
    this.#link[clone] = this.#link[target]!;
    for (let edge = this.#head[target]!; edge !== -1; edge = this.#next[edge]!) {
      this.#addEdge(clone, this.#symbol[edge]!, this.#target[edge]!);
    }
    this.#link[target] = clone;
    for (let from = state; from !== -1; from = this.#link[from]!) {
      if (this.#follow(from, symbol) !== target) break;
      this.#redirect(from, symbol, clone);
    }
    return clone;
  }
}
