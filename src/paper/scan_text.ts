/** @file A paper's Typst text, read for what it calls, and for figures that nothing binds to a result. */
import { advice } from "./advice.ts";

/** A call in the text. */
export interface TextCall {
  /** Which function. */
  readonly name: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Where it stands, as `file:line`. */
  readonly at: string;
}

/** A text, read. */
export interface ScannedText {
  /** Its calls, in order. */
  readonly calls: readonly TextCall[];
  /** What it must not have, a sentence each, with file and line. */
  readonly problems: readonly string[];
}

/** The functions that a text may call, and what their arguments are. */
export const TEXT_FUNCTIONS: Readonly<Record<string, string>> = {
  num: "a result's name",
  setting: "experiment, path in its declaration",
  published: "base model, row, column",
  const: "a declared constant",
  verdict: "comparison, first arm, second arm, column[, size]",
  ranking: "experiment, column[, size]",
  summary: "comparison",
  fig: "a figure",
  tab: "a table",
};

/** Words that are numbers. Ordinals and `one` are not: they count nothing that results decide. */
const NUMBER_WORDS =
  /\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?|half|halves|twice|thrice|doubled?|doubles|tripled?|triples|tenfold|zero|\w+fold)\b/giu;

/**
 * Reads a text. It is Typst markup, but for one thing: `#` may only begin a call of {@link TEXT_FUNCTIONS} with string literals
 * for arguments, so that nothing but a result, a declaration or a constant can bring a figure in. Everywhere but in those calls,
 * in labels and references, in comments, and in displayed equations, a digit (of any script) and a word for a number are problems.
 *
 * @param file The file's name, for messages.
 * @param names Names that have digits, e.g. `R3`: as words of their own they count nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { calls, problems } = scanText("SRL solves #num(\"main/srl/hard greedy\") %,\nRLVR 3 %.", "p.typ");
 * assertEquals(calls, [{ name: "num", args: ["main/srl/hard greedy"], at: "p.typ:1" }]);
 * assertEquals(problems, ['p.typ:2: found "3", which nothing binds; expected #num("…"), #setting("…"), #published("…") or #const("…")']);
 * ```
 */
export function scanText(
  text: string,
  file: string,
  names: readonly string[] = [],
): ScannedText {
  const calls: TextCall[] = [];
  const problems: string[] = [];
  let line = 1;
  let prose = "";
  /** Prose is judged a line at a time, so that a figure is found with its place. */
  const endLine = () => {
    for (const found of figuresIn(prose, names)) problems.push(unbound(found));
    prose = "";
  };
  const unbound = (found: string) =>
    `${file}:${line}: found ${JSON.stringify(found)}, which nothing binds; ` +
    'expected #num("…"), #setting("…"), #published("…") or #const("…")';
  const skip = (length: number, part: string) => {
    for (const char of part) if (char === "\n") line++;
    return length;
  };
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at, at + LONGEST);
    const char = text[at]!;
    if (char === "\n") {
      endLine();
      line++;
      at++;
      continue;
    }
    const comment = rest.startsWith("//") && text[at - 1] !== ":"
      ? "\n"
      : rest.startsWith("/*")
      ? "*/"
      : null;
    if (comment !== null) {
      const end = text.indexOf(comment, at + 2);
      const stop = end === -1 ? text.length : comment === "\n" ? end : end + 2;
      at += skip(stop - at, text.slice(at, stop));
      continue;
    }
    // A displayed equation's figures are the method's; its words, and mathematics within a line, are prose like all else.
    if (char === "$") {
      const end = text.indexOf("$", at + 1);
      if (end === -1) problems.push(`${file}:${line}: found "$" without a second one`);
      const stop = end === -1 ? text.length : end + 1;
      const inner = text.slice(at + 1, stop - 1);
      const words = /^\s/.test(inner) ? inner.match(/"[^"]*"/g)?.join(" ") ?? "" : inner;
      prose += ` ${words.replaceAll("\n", " ")} `;
      at += skip(stop - at, inner);
      continue;
    }
    const plain = /^(?:<[a-z][\w-]*>|@[a-z][\w-]*)/i.exec(rest);
    if (plain !== null) {
      at += plain[0].length;
      prose += " ";
      continue;
    }
    if (char === "\\") {
      prose += ` ${text[at + 1] === "\n" ? "" : text[at + 1] ?? ""}`;
      at += text[at + 1] === "\n" ? 1 : 2;
      continue;
    }
    if (char === "#") {
      const call = /^#([a-z]+)\(("[^"\\\n]*"(?:, *"[^"\\\n]*")*)\)/.exec(rest);
      const name = /^#([\w-]*)/.exec(rest)![1]!;
      if (call === null || !Object.hasOwn(TEXT_FUNCTIONS, call[1]!)) {
        const names = Object.keys(TEXT_FUNCTIONS);
        problems.push(
          Object.hasOwn(TEXT_FUNCTIONS, name)
            ? `${file}:${line}: #${name}: expected (${TEXT_FUNCTIONS[name]}) as strings on one line`
            : `${file}:${line}: found "#${name}"; ${
              advice(name, names)
            }; layout belongs into its own file`,
        );
        at += name.length + 1;
        continue;
      }
      const args = [...call[2]!.matchAll(/"([^"]*)"/g)].map(([, arg]) => arg!);
      calls.push({ name: call[1]!, args, at: `${file}:${line}` });
      at += call[0].length;
      prose += " ";
      continue;
    }
    prose += char;
    at++;
  }
  endLine();
  return { calls, problems };
}

/**
 * Digits and words for numbers in some prose.
 *
 * @param names Names that have digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(figuresIn("R3 is 2.5 times as fast, or twice", ["R3"]), ["2.5", "twice"]);
 * ```
 */
export function figuresIn(prose: string, names: readonly string[]): string[] {
  const rest = prose.replace(/[\p{L}\p{N}]+/gu, (word) => names.includes(word) ? "" : word);
  return [/\p{N}+(?:[.,]\p{N}+)*/gu, NUMBER_WORDS].flatMap((pattern) =>
    [...rest.matchAll(pattern)].map(([found]) => found)
  );
}

/** Characters that a call or a label may have. */
const LONGEST = 400;
