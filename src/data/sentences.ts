/** @file Where the sentences of a text begin and end. */
import { splitTitle } from "./step_title.ts";

/** A sentence's place in its text, without surrounding white space. */
export interface SentenceSpan {
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  /** Where it ends; its last character stands before. */
  readonly end: number;
}

/** Ends with a full stop that ends no sentence. */
const ABBREVIATION =
  /(?:^|[^\p{L}])(?:e\.g|i\.e|i\.i\.d|w\.r\.t|w\.l\.o\.g|cf|vs|viz|resp|approx|[Ee]qs?|[Ff]igs?|[Tt]hm|[Pp]rop|[Ll]em|[Ss]ec|Nos?|Mrs?|Ms|Dr|Prof|St)\.$/u;
/** Longer than every abbreviation with the character before it. */
const LOOK_BACK = 12;
/** The number or the mark of a list item alone. */
const MARKER = /^(?:[-*+•]|\(?\d{1,3}[.)]|#{1,6})$/;
/** A line that a sentence does not run into: a blank one, a list item, a heading. */
const BEGINS = /^[ \t]{0,40}(?:$|[-*+•] |\(?\d{1,3}[.)] |#{1,6} )/;
/** A line that a sentence does not run out of: a blank one, a heading. */
const ENDS = /^[ \t]{0,40}(?:$|#{1,6} )/;

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * The sentences of a text by the rules of Unicode (UAX 29), but for what they know nothing of: mathematics between
 * dollars, `\(…\)`, `\[…\]` or `\begin{…}…\end{…}`, code, and common abbreviations do not end a sentence; a line break does only
 * at a blank line, before a list item or a heading, and behind a formula of its own before a capital letter. A bold title belongs to the sentence behind it, and the number of a list item to the
 * item. Nothing but white space lies between sentences.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = "**Halve.** We know, e.g. from above, that $x. Y$ is\nreal. So it is 3.5 at most!";
 * assertEquals(sentenceSpans(text).map(({ start, end }) => text.slice(start, end)), [
 *   "**Halve.** We know, e.g. from above, that $x. Y$ is\nreal.",
 *   "So it is 3.5 at most!",
 * ]);
 * ```
 */
export function sentenceSpans(text: string): SentenceSpan[] {
  const spans: SentenceSpan[] = [];
  /** Where a sentence began that the last boundary did not end. */
  let begun: number | null = null;
  for (const { index, segment } of segmenter.segment(masked(text))) {
    const from: number = begun ?? index;
    const to = index + segment.length;
    const tail = segment.trimEnd();
    const goes = MARKER.test(tail.trimStart()) || ABBREVIATION.test(tail.slice(-LOOK_BACK));
    begun = goes ? from : null;
    if (begun === null) spans.push({ start: from, end: to });
  }
  if (begun !== null) spans.push({ start: begun, end: text.length });
  return spans.flatMap(({ start, end }): SentenceSpan[] => {
    const sentence = text.slice(start, end);
    const first = start + sentence.length - sentence.trimStart().length;
    const last = start + sentence.trimEnd().length;
    return first < last ? [{ start: first, end: last }] : [];
  });
}

/** The same text to the eye of a segmenter, character for character, without what must not end a sentence. */
function masked(text: string): string {
  const soft = softened(text);
  let at = titleEnd(text);
  const parts = ["X".repeat(at)];
  for (const { start, end, display } of protectedSpans(text)) {
    if (start < at) continue;
    parts.push(soft.slice(at, start), "X".repeat(end - start));
    at = end;
    // A new sentence may begin on the line below a formula that stands by itself and has no full stop.
    if (display && /^[ \t]{0,40}\n[ \t]{0,40}\p{Lu}/u.test(text.slice(end, end + 90))) {
      parts.push("\n");
      at++;
    }
  }
  parts.push(soft.slice(at));
  return parts.join("");
}

/** Where the text behind a bold title begins; 0 without one. */
function titleEnd(text: string): number {
  if (splitTitle(text) === null) return 0;
  const end = text.indexOf("**", 2) + 2;
  const gap = /^[\s:.]*/.exec(text.slice(end, end + 40))![0].length;
  return end + gap;
}

/** Line breaks that end no sentence as spaces. */
function softened(text: string): string {
  const lines = text.split("\n");
  return lines.map((line, i) =>
    i === 0 ? line : (BEGINS.test(line) || ENDS.test(lines[i - 1]!) ? "\n" : " ") + line
  ).join("");
}

const TOKEN =
  /\\\\|\\[()[\]]|\\\$|\$\$|\$|`{3,}|`|\\(?:begin|end)\{([A-Za-z]{1,30}\*?)\}|\n[ \t]{0,40}(?=\n)/g;

/** Closed mathematics and code, in order, none within another. What is never closed protects nothing. */
function protectedSpans(text: string): (SentenceSpan & { display: boolean })[] {
  const spans: (SentenceSpan & { display: boolean })[] = [];
  let open: { closer: string; start: number } | null = null;
  for (const match of text.matchAll(TOKEN)) {
    const [token, environment] = match;
    const end = match.index + token.length;
    if (open !== null && token === open.closer && closes(text, token, match.index)) {
      spans.push({ start: open.start, end, display: !INLINE.has(open.closer) });
      open = null;
    } else if (token.startsWith("\n")) {
      // A paragraph ends every formula: what was not closed in it, such as a price, was none. Only fences go on.
      if (open !== null && !open.closer.startsWith("```")) open = null;
    } else if (
      open === null || INLINE.has(open.closer) && !INLINE.has(closerOf(token, environment))
    ) {
      const closer = closerOf(token, environment);
      if (closer !== "" && (token !== "$" || /\S/.test(text.charAt(end)))) {
        open = { closer, start: match.index };
      }
    } else if (token === "$" && open.closer === "$" && /\S/.test(text.charAt(end))) {
      open = { closer: "$", start: match.index };
    }
  }
  return spans;
}

const INLINE: ReadonlySet<string> = new Set(["$", "`", "\\)"]);

/** What closes a token; empty where it opens nothing. */
function closerOf(token: string, environment: string | undefined): string {
  if (token === "\\(") return "\\)";
  if (token === "\\[") return "\\]";
  if (token.startsWith("\\begin")) return `\\end{${environment}}`;
  return token.startsWith("$") || token.startsWith("`") ? token : "";
}

/** As pandoc tells a closing dollar from a price: something before it, and no digit behind it. */
function closes(text: string, token: string, index: number): boolean {
  return token !== "$" || /\S/.test(text.charAt(index - 1)) && !/\d/.test(text.charAt(index + 1));
}
