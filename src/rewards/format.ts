/** @file The one check of an output's format: a monologue in `<think>…</think>`, then an action. */

import type { Rollout } from "./reward.ts";
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
  /**
   * `one` (the default): one monologue and one action. `many`: a whole solution, one or more pairs of them; the monologues and the
   * actions are joined by line breaks, and each action must be of the demanded form.
   */
  readonly thoughts?: "one" | "many";
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
  return options.thoughts === "many"
    ? parsePairs(completion, options)
    : parsePair(completion, options);
}

/** One pair after another: all but the first begin with the `<think>` that ends the one before. */
function parsePairs(completion: string, options: FormatOptions): ParsedOutput {
  const thinks: string[] = [];
  const actions: string[] = [];
  let { thinkOpened = false } = options;
  for (let at = 0; at < completion.length || at === 0;) {
    const open = thinkOpened ? 0 : completion.indexOf(THINK_OPEN, at) + THINK_OPEN.length;
    const close = completion.indexOf(THINK_CLOSE, Math.max(at, open));
    const next = close === -1 ? -1 : completion.indexOf(THINK_OPEN, close);
    const end = next === -1 ? completion.length : next;
    const pair = parsePair(completion.slice(at, end), { ...options, thinkOpened });
    if (!pair.ok) return pair;
    thinks.push(pair.think);
    actions.push(pair.action);
    thinkOpened = false;
    at = end;
  }
  return { ok: true, think: thinks.join("\n"), action: actions.join("\n") };
}

function parsePair(completion: string, options: FormatOptions): ParsedOutput {
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

/**
 * A completion as rewards take it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitRollout("<think>6-3</think>n=3"), {
 *   completion: "<think>6-3</think>n=3",
 *   think: "6-3",
 *   action: "n=3",
 *   formatError: null,
 * });
 * assertEquals(splitRollout("n=3").formatError, "missing-open");
 * ```
 */
export function splitRollout(completion: string, options: FormatOptions = {}): Rollout {
  const output = parseOutput(completion, options);
  return output.ok
    ? { completion, think: output.think, action: output.action, formatError: null }
    : { completion, think: null, action: null, formatError: output.reason };
}

/**
 * A completion in the format up to its last action: the monologue, its tags, and the white space behind them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(beforeAction("<think>6-3</think>\nn=3"), "<think>6-3</think>\n");
 * ```
 */
export function beforeAction(completion: string): string {
  const close = completion.lastIndexOf(THINK_CLOSE) + THINK_CLOSE.length;
  return completion.slice(0, completion.length - completion.slice(close).trimStart().length);
}

function fault(reason: FormatFault): ParsedOutput {
  return { ok: false, reason, text: FORMAT_FAULTS[reason] };
}

/** The same pattern held to the whole text. Not with `^` and `$`, which mean lines under the flag `m`. */
function wholeMatch({ source, flags }: RegExp): RegExp {
  return new RegExp(`(?<![^])(?:${source})(?![^])`, flags.replace(/[gy]/g, ""));
}
