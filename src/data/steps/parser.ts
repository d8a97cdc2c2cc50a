/** @file What every parser of steps takes and gives. */
import type { ExpertStep } from "../trajectory.ts";

/** One message of an agent's conversation. */
export interface ChatMessage {
  /** Who wrote it: `assistant` is the agent; everybody else is its environment. */
  readonly role: string;
  /** Its text. */
  readonly content: string;
}

/** What a parser cuts: a written solution, or the conversation of an agent. */
export type Solution = string | readonly ChatMessage[];

/** Why a solution cannot be cut into steps, by code. */
export const STEPS_FAULTS = {
  "no-steps": "no line begins with a step numbered 1",
  "too-few-steps": "there are fewer than two steps",
  "untitled-step": "a step has no bold title",
  "empty-step": "a step has no text",
  "numbering": "the steps do not number 1, 2, 3 and so on",
  "ambiguous-numbering": "a list inside a step could as well be the steps that follow",
  "empty-solution": "the solution has no text",
  "no-answer-line": "the last line is not of the form `#### answer`",
  "malformed-line": "a line is not of the form `sub-question ** step`",
  "no-action":
    "no turn of the agent has an action: a <function=…>…</function> block or a fenced command",
  "not-text": "the solution is a conversation, and the parser reads text",
  "not-messages": "the solution is text, and the parser reads a conversation",
  "refused": "the user's parser refused the solution",
} as const;

/** A key of {@link STEPS_FAULTS}. */
export type StepsFault = keyof typeof STEPS_FAULTS;

/** A solution's steps, or why it has none. */
export type ParsedSteps =
  | {
    /** The solution is in the form. */
    readonly ok: true;
    /** At least one step, none empty. */
    readonly steps: readonly ExpertStep[];
    /** What stands before the first step and is part of none; often empty. */
    readonly intro: string;
    /** The final answer, where the form has a place for it. */
    readonly answer?: string;
  }
  | {
    /** The solution is not in the form. */
    readonly ok: false;
    /** The first fault found. */
    readonly reason: StepsFault;
    /** The same in words, with the place concerned. */
    readonly text: string;
  };

/**
 * Cuts a solution into steps. Pure, and safe on any text: it neither hangs nor throws, but names a fault.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const halves: StepParser = (solution) =>
 *   typeof solution === "string" && solution.includes(";")
 *     ? { ok: true, steps: solution.split(";").map((action) => ({ action })), intro: "" }
 *     : fault("no-steps");
 * assertEquals(halves("x = 6;done").ok, true);
 * assertEquals(halves("x = 6"), {
 *   ok: false,
 *   reason: "no-steps",
 *   text: "no line begins with a step numbered 1",
 * });
 * ```
 */
export type StepParser = (solution: Solution) => ParsedSteps;

/**
 * A fault, with what is particular to this solution.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fault("empty-step", "step 2").text, "a step has no text: step 2");
 * ```
 */
export function fault(reason: StepsFault, detail = ""): ParsedSteps & { ok: false } {
  const text = STEPS_FAULTS[reason];
  return { ok: false, reason, text: detail === "" ? text : `${text}: ${detail}` };
}
