/** @file Going through the tokens of a formula. */
import type { Token } from "./tokens.ts";
import { Unreadable } from "./unreadable.ts";

/** Brackets and calls within each other: deeper than this is no answer. */
export const MAX_DEPTH = 64;

/** A place in a list of tokens, and how deep it is. */
export class TokenCursor {
  /** What is read; the rest of a number may take the place of one. */
  protected readonly tokens: Token[];
  /** Place of the next one. */
  protected at = 0;
  #depth = 0;
  /** Whether a `|` closes the absolute value that is being read. */
  protected inBars = false;

  /** @param tokens The formula. */
  constructor(tokens: readonly Token[]) {
    this.tokens = [...tokens];
  }

  /** The next token; undefined at the end. */
  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Whether the next one is one of these signs or commands. */
  protected is(...texts: readonly string[]): boolean {
    const token = this.next;
    return token !== undefined && (token.kind === "sign" || token.kind === "command") &&
      texts.includes(token.text);
  }

  /** Goes on if the next one is this. */
  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  /** Goes on, or says what is missing. */
  protected expect(text: string): void {
    if (!this.take(text)) throw new Unreadable(`"${text}" is missing`);
  }

  /** Reads what is within something, as far as it may be nested. */
  protected deeper<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new Unreadable(`nested deeper than ${MAX_DEPTH}`);
    const result = read();
    this.#depth--;
    return result;
  }

  /** Reads what is between brackets, where a `|` opens an absolute value again. */
  protected inside<T>(read: () => T, bars = false): T {
    const before = this.inBars;
    this.inBars = bars;
    const result = this.deeper(read);
    this.inBars = before;
    return result;
  }

  /** What stands in a subscript, as text. */
  protected subscript(): string {
    this.expect("_");
    if (!this.is("{")) {
      const token = this.next;
      if (token === undefined) throw new Unreadable("a subscript is missing");
      this.at++;
      return token.text;
    }
    this.at++;
    let said = "";
    for (let open = 1;; this.at++) {
      const token = this.next;
      if (token === undefined) throw new Unreadable('"}" is missing');
      if (token.text === "{") open++;
      else if (token.text === "}" && --open === 0) break;
      said += token.text;
    }
    this.at++;
    return said;
  }

  /** The name of an environment, in braces. */
  protected environment(): string {
    this.expect("{");
    let name = "";
    for (; this.next !== undefined && !this.is("}"); this.at++) name += this.next.text;
    this.expect("}");
    return name;
  }

  /** Goes past a group in braces, if there is one. */
  protected skipGroup(): void {
    if (!this.take("{")) return;
    while (this.next !== undefined && !this.is("}")) this.at++;
    this.expect("}");
  }
}
