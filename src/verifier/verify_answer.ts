/** @file The answer verifier: is the prediction's final answer the expected one? */
import { type AnswerValue, MAX_ANSWER, readAnswer } from "./answer_value.ts";
import { compare, type Comparison, type How } from "./compare.ts";
import { MAX_EVALUATIONS, type Tolerance } from "./compare_quantities.ts";
import { extractAnswer, type Found } from "./extract.ts";
import { Unreadable } from "./unreadable.ts";

/** How exact an answer must be. */
export interface VerifyOptions {
  /**
   * Largest relative difference between a rounded number and a value that no finite decimal is, such as 1/3 or √17; in [0, 1), 1e-6
   * by default: six digits are what a careful solution gives, and no whole number is ever forgiven.
   */
  readonly relativeTolerance?: number;
  /**
   * Whether a prediction is right that rounds to the expected decimal: 1.62 for 1.6. Off by default, because answers of
   * contests are exact. For measured and computed physical quantities (Minerva's OCWCourses), whose expected value is itself rounded.
   */
  readonly rounded?: boolean;
}

/** What the verifier says of one prediction. */
export interface AnswerVerdict {
  /** Whether the answer is right. */
  readonly correct: boolean;
  /** The answer as found in the prediction; null where there is none. */
  readonly extracted: string | null;
  /** Where it was found; null where there is none. */
  readonly found: Found | null;
  /** Which comparison decided; `none` where there is nothing to compare. */
  readonly how: How | "none";
  /** Why an answer could only be compared as a text; null where both could be read. */
  readonly note: string | null;
}

/** An expected answer with more words than this is a solution that has to be searched. */
const MAX_WORDS = 8;

/** A letter alone, in parentheses, in `\text{}`. No two quantifiers that match the same stand side by side in these. */
const CHOICE =
  /^(?:\\(?:text|textbf|mathrm|mathbf)\s?\{\s{0,9})?(?:\(([A-Ja-j])\)|([A-J])\)?)\s{0,9}[.:]?\s{0,9}\}?\.?$/;
/** A letter before anything else. */
const CHOSEN =
  /^\$?(?:\\(?:text|textbf|mathrm|mathbf)\s?\{\s{0,9})?(?:\(([A-Ja-j])\)|([A-J])(?=[\s).:,}$]|$))/;
/** The letter of a choice before its value. */
const LETTERED = /^(?:\\text(?:bf)?\s?\{\s?)?\([A-J]\)\s?\}?(?:\\[ ,;]|~|\s){0,9}(?=\S)/;

/**
 * Whether the final answer of `prediction` is `gold`. Compared are, until one decides: the texts, exact numbers, formulas by their
 * values, and sets, tuples, intervals, relations and matrices item by item; see docs/verifier.md for what is accepted.
 * Not symmetric: `gold` says what kind of answer is asked for.
 *
 * Any text is safe: nothing is executed, extraction is one pass over the prediction, answers longer than 4,096 characters, formulas nested deeper
 * than 64 or of more than 2,000 tokens, and numbers of more than 8,192 bits are compared as texts, with a note; what differs then is
 * wrong, and so is what has more than 100 values or takes more than 2,000 comparisons of formulas. Faults of ours are thrown, never scored.
 *
 * @param gold The expected answer, plain or as LaTeX, in a box or not. Nothing is equal to an empty one.
 * @param prediction What the model wrote, of any length.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 *
 * assert(verifyAnswer("27.0", String.raw`Thus the sum is \boxed{27}.`).correct);
 * assert(verifyAnswer(String.raw`\frac{1}{\sqrt{2}}`, "The answer is sqrt(2)/2.").correct);
 * assert(verifyAnswer("x = 1", "1").correct);
 * assertEquals(verifyAnswer("5", String.raw`\boxed{5} or \boxed{7}`).correct, false);
 * assertEquals(verifyAnswer("25 cm", String.raw`\boxed{0.25\text{ m}}`).how, "unit");
 * assertEquals(verifyAnswer("1/3", "I do not know.").extracted, null);
 * ```
 */
export function verifyAnswer(
  gold: string,
  prediction: string,
  options: VerifyOptions = {},
): AnswerVerdict {
  const tolerance: Tolerance = {
    relative: options.relativeTolerance ?? 1e-6,
    rounded: options.rounded ?? false,
    budget: { left: MAX_EVALUATIONS },
  };
  if (!(tolerance.relative >= 0 && tolerance.relative < 1)) {
    throw new RangeError(
      `relativeTolerance: expected a number in [0, 1), found ${tolerance.relative}`,
    );
  }
  const expected = expectedAnswer(gold).trim();
  const choice = CHOICE.exec(expected);
  const extraction = extractAnswer(prediction, { choice: choice !== null });
  const nothing = { correct: false, how: "none", note: null } as const;
  if (extraction === null) return { ...nothing, extracted: null, found: null };
  const { found } = extraction;
  const text = extraction.text.trim();
  // The letter of a choice before its value, where the value is asked for.
  const bare = choice === null ? text.replace(LETTERED, "") : text;
  if (expected === "" || text === "") return { ...nothing, extracted: text, found };
  if (choice !== null) {
    const chosen = CHOSEN.exec(text);
    if (chosen !== null) {
      const letter = (parts: RegExpExecArray) => (parts[1] ?? parts[2])!.toUpperCase();
      return {
        correct: letter(choice) === letter(chosen),
        extracted: text,
        found,
        how: "choice",
        note: null,
      };
    }
  }
  const [wanted, given] = [readAnswer(expected), readAnswer(bare)];
  let comparison: Comparison;
  try {
    comparison = compareReadings(expected, bare, wanted, given, tolerance);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { correct: false, extracted: text, found, how: "none", note: error.message };
  }
  const note = [["expected answer", wanted], ["prediction", given]] as const;
  const reasons = note.flatMap(([who, value]) =>
    value.kind === "text" && value.reason !== null ? [`${who}: ${value.reason}`] : []
  );
  return {
    correct: comparison.equal,
    extracted: text,
    found,
    how: comparison.how,
    note: reasons.length === 0 ? null : reasons.join("; "),
  };
}

/** The expected answer without the solution around it, if there is one. */
function expectedAnswer(gold: string): string {
  if (gold.length > MAX_ANSWER || gold.includes("\\boxed") || gold.includes("####")) {
    return extractAnswer(gold)?.text ?? gold;
  }
  // A whole solution has sentences; an answer has few words outside its formulas.
  const words = gold.replaceAll(/\\(?:text|mbox)\s?\{[^{}]*\}|\\[a-zA-Z]+|\$[^$]*\$/g, " ").match(
    /[a-zA-Z]{3,}/g,
  );
  return (words?.length ?? 0) > MAX_WORDS ? extractAnswer(gold)?.text ?? gold : gold;
}

/**
 * Compares, also with a comma read as a decimal point where one side is a decimal: `2,74` is a pair until it meets
 * 2.74.
 */
function compareReadings(
  gold: string,
  prediction: string,
  wanted: AnswerValue,
  given: AnswerValue,
  tolerance: Tolerance,
): Comparison {
  const first = compare(wanted, given, tolerance);
  if (first.equal) return first;
  const [a, b] = [decimalComma(gold), decimalComma(prediction)];
  if (a !== null && isDecimal(given)) return compare(readAnswer(a), given, tolerance);
  if (b !== null && isDecimal(wanted)) return compare(wanted, readAnswer(b), tolerance);
  return first;
}

function decimalComma(text: string): string | null {
  const match = /^\$?([-−]?\d+),(\d+)\s?\$?$/.exec(text);
  return match === null ? null : `${match[1]}.${match[2]}`;
}

function isDecimal(value: AnswerValue): boolean {
  return value.kind === "quantity" && value.expression.decimal && value.expression.place !== null;
}
