/** @file The one check of an output's format: a monologue in `<think>…</think>`, then an action. */

import { THINK_CLOSE, THINK_OPEN } from "../format_tags.ts";

/** Why an output is not in the format, by code. */
export const FORMAT_FAULTS = {
  "text-before-think": "something other than white space stands before <think>",
  "missing-open": "there is no <think>",
  "missing-close": "<think> is never closed",
  "second-think": "there is a second <think> or </think>",
  "empty-action": "nothing follows </think>",
  "action-form": "the action is not of the form that the task demands",
} as const;

/** A key of {@link FORMAT_FAULTS}. */
export type FormatFault = keyof typeof FORMAT_FAULTS;

/** What an output consists of, or why it is not in the format. */
export type ParsedOutput =
  | {
    /** The output is in the format. */
    readonly ok: true;
    /** The monologue, without surrounding white space; may be empty. */
    readonly think: string;
    /** The action, without surrounding white space; never empty. */
    readonly action: string;
  }
  | {
    /** The output is not in the format. */
    readonly ok: false;
    /** The first fault found. */
    readonly reason: FormatFault;
    /** The same in words. */
    readonly text: string;
  };

/** What the format demands beyond the tags. */
export interface FormatOptions {
  /** Whether the prompt ends with `<think>` already (some chat templates write it), so that only `</think>` is due. */
  readonly thinkOpened?: boolean;
  /** What the whole action, without surrounding white space, must match. */
  readonly action?: RegExp;
}

/**
 * Splits an output into monologue and action. Only the two exact tags count: `<`, `>`, other tags, code and the
 * word "think" are ordinary text, in the monologue as in the action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseOutput("<think>2 < 3, so add.</think>\nx = 5"), {
 *   ok: true,
 *   think: "2 < 3, so add.",
 *   action: "x = 5",
 * });
 * const broken = parseOutput("x = 5");
 * assertEquals(broken.ok ? "" : broken.reason, "missing-open");
 * ```
 */
export function parseOutput(completion: string, options: FormatOptions = {}): ParsedOutput {
  let thinkStart = 0;
  if (!options.thinkOpened) {
    const open = completion.indexOf(THINK_OPEN);
    if (open === -1) return fault("missing-open");
    if (completion.slice(0, open).trim() !== "") return fault("text-before-think");
    thinkStart = open + THINK_OPEN.length;
  }
  const close = completion.indexOf(THINK_CLOSE, thinkStart);
  const second = completion.indexOf(THINK_OPEN, thinkStart);
  if (close === -1) return fault(second === -1 ? "missing-close" : "second-think");
  const actionStart = close + THINK_CLOSE.length;
  if (second !== -1 || completion.includes(THINK_CLOSE, actionStart)) return fault("second-think");
  const action = completion.slice(actionStart).trim();
  if (action === "") return fault("empty-action");
  if (options.action !== undefined && !wholeMatch(options.action).test(action)) {
    return fault("action-form");
  }
  return { ok: true, think: completion.slice(thinkStart, close).trim(), action };
}

function fault(reason: FormatFault): ParsedOutput {
  return { ok: false, reason, text: FORMAT_FAULTS[reason] };
}

/** The same pattern held to the whole text. Not with `^` and `$`, which mean lines under the flag `m`. */
function wholeMatch({ source, flags }: RegExp): RegExp {
  return new RegExp(`(?<![^])(?:${source})(?![^])`, flags.replace(/[gy]/g, ""));
}
