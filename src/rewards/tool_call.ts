/** @file Whether an agent calls the expert's function, and with its arguments. */
import { InputError } from "../errors.ts";
import type { RewardInstance } from "./reward.ts";
import { sequenceRatio } from "./sequence_ratio.ts";
import type { Term } from "./term.ts";
import { parseToolCalls, type ToolCall } from "./tool_calls.ts";

/** The choices of `tool-call`. */
export interface ToolCallOptions {
  /** What the right name is worth by itself, from 0 to 1; the arguments are worth the rest. Default 0.2. */
  readonly nameWeight?: number;
  /** How values of the same key are compared. `ratio` (the default): by the sequence ratio. `exact`: 1 or 0. */
  readonly values?: "ratio" | "exact";
}

/** A declared `tool-call`. */
export interface ToolCallDeclaration extends ToolCallOptions {
  /** Tells the rewards apart. */
  readonly kind: "tool-call";
}

/** A `tool-call` with every default filled. */
export type ResolvedToolCall = Required<ToolCallDeclaration>;

/**
 * Declares a similarity of tool calls (see `parseToolCalls`), prose left aside. A call with another name than the expert's
 * is worth 0. With the right name it is worth `nameWeight`, and (1 − `nameWeight`) times the mean over all keys of
 * either call of how alike the values are, 0 for a key that only one has. Several calls are compared in order, and the
 * mean is taken over the longer list. Range 0 to 1. Cost: that of `similarity` without autojunk. Own definition, after
 * the step reward of arXiv 2510.25992, section 4.3. An expert's action without a call is an error.
 *
 * Example: `bash` with `command` = `ls -a` beside `ls -l`: 0.2 + 0.8 · 0.8 = 0.84.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const reward = await makeReward(toolCall());
 * const call = (command: string) => `<function=bash><parameter=command>${command}</parameter></function>`;
 * const instance = { target: call("ls -l"), problem: "", answer: "" };
 * const { value } = await reward.score(splitRollout(`<think></think>${call("ls -a")}`), instance);
 * assertAlmostEquals(value, 0.84, 1e-12);
 * ```
 */
export function toolCall(options: ToolCallOptions = {}): ToolCallDeclaration {
  return { ...options, kind: "tool-call" };
}

/** Why an expert's action cannot be compared with; null where it can. */
export function toolCallFault({ target }: Pick<RewardInstance, "target">): string | null {
  return parseToolCalls(target).length === 0 ? noCall(target) : null;
}

function noCall(target: string): string {
  const found = JSON.stringify(target.slice(0, 60));
  return `tool-call: expected a call in the expert's action, found ${found}`;
}

/** Compiles it. */
export function toolCallTerm({ nameWeight, values }: ResolvedToolCall): Term {
  return {
    name: "tool-call",
    range: [0, 1],
    cost: "0.05 ms at 300 characters, 3 ms at 4,000",
    source: "own; cf. arXiv 2510.25992, section 4.3",
    needs: {},
    format: "needed",
    score({ action }, { target }) {
      const expected = parseToolCalls(target);
      if (expected.length === 0) throw new InputError(noCall(target));
      const found = action === null ? [] : parseToolCalls(action);
      const count = Math.max(found.length, expected.length);
      let [names, matched] = [0, 0];
      for (let i = 0; i < Math.min(found.length, expected.length); i++) {
        if (found[i]!.name !== expected[i]!.name) continue;
        names++;
        matched += argumentsAlike(found[i]!, expected[i]!, values);
      }
      names /= count;
      matched /= count;
      const value = nameWeight * names + (1 - nameWeight) * matched;
      return {
        value,
        parts: { "tool-call": value, "tool-call.name": names, "tool-call.arguments": matched },
      };
    },
  };
}

/** Mean over the keys of either call; 1 where neither has any. */
function argumentsAlike(a: ToolCall, b: ToolCall, values: ResolvedToolCall["values"]): number {
  const keys = new Set([...a.arguments.keys(), ...b.arguments.keys()]);
  if (keys.size === 0) return 1;
  let sum = 0;
  for (const key of keys) {
    const [mine, theirs] = [a.arguments.get(key), b.arguments.get(key)];
    if (mine === undefined || theirs === undefined) continue;
    sum += values === "exact"
      ? Number(mine === theirs)
      : sequenceRatio(mine, theirs, { autojunk: false });
  }
  return sum / keys.size;
}
