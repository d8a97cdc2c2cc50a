/** @file A group of rollouts as the page shows it: safe text, with what the action shares with the expert's marked. */
import { toGlyphs } from "../../results/glyphs.ts";
import type { RolloutRow } from "../../results/outcome.ts";
import { matchingBlocks } from "../../rewards/sequence_ratio.ts";

/** A run of text; marked where it lies in a matching block. */
export type Segment = readonly [text: string, marked: boolean];

/** One rollout. */
export interface RolloutView {
  /** Which, from 0. */
  readonly rollout: number;
  /** The reward; null where it failed. */
  readonly reward: number | null;
  /** What the reward is made of. */
  readonly parts: Readonly<Record<string, number>>;
  /** The advantage; null where it is not trained on. */
  readonly advantage: number | null;
  /** Length in tokens. */
  readonly tokens: number;
  /** The monologue; null where there is none. */
  readonly think: string | null;
  /** Whether `wrote` is an action; else it is the whole completion, which the format check refused. */
  readonly isAction: boolean;
  /** The action, or the whole completion. */
  readonly wrote: readonly Segment[];
  /** The expert's action. */
  readonly expert: readonly Segment[];
  /** Why the format was refused, or the reward failed. */
  readonly complaints: readonly string[];
}

/** One group. */
export interface GroupView {
  /** Its number within the step. */
  readonly group: number;
  /** Id of its step instance or problem. */
  readonly instance: string;
  /** The prompt. */
  readonly prompt: string;
  /** The mean reward; null where all failed. */
  readonly mean: number | null;
  /** Whether all rewards are equal: it teaches nothing. */
  readonly flat: boolean;
  /** Its rollouts. */
  readonly rollouts: readonly RolloutView[];
}

/** Most code points of one text that are shown. */
export const LONGEST_SHOWN = 20_000;

/** Most UTF-16 units of two texts that are matched: more would hold up the page for all who watch. */
const LONGEST_MATCHED = 40_000;

/** Text whose controls, reversed writing and invisible letters are shown as escapes, and whose end is cut off where it is long. */
function safeText(text: string): string {
  return segments(text, () => false).map(([part]) => part).join("");
}

/** The same in runs. */
function segments(text: string, marked: (index: number) => boolean): Segment[] {
  // A code point is at most two units, so that the rest of a long text is never looked at.
  const glyphs = toGlyphs(text.slice(0, 2 * LONGEST_SHOWN), marked).slice(0, LONGEST_SHOWN);
  const runs: { text: string; marked: boolean }[] = [];
  for (const { text, marked } of glyphs) {
    const last = runs.at(-1);
    if (last?.marked === marked) last.text += text;
    else runs.push({ text, marked });
  }
  const shown: Segment[] = runs.map(({ text, marked }) => [text, marked]);
  if (glyphs.length < LONGEST_SHOWN || text.length <= glyphs.length) return shown;
  return [...shown, [` … (${text.length} characters in all)`, false]];
}

/** Tells which places of one side lie in a block. */
function within(blocks: ReturnType<typeof matchingBlocks>, side: "a" | "b") {
  const marked = new Set<number>();
  for (const block of blocks) {
    for (let i = 0; i < block.size; i++) marked.add(block[side] + i);
  }
  return (index: number) => marked.has(index);
}

function view(row: RolloutRow): RolloutView {
  const { rollout, reward, parts, advantage, tokens, action, target } = row;
  const matched = action !== null && action.length + target.length <= LONGEST_MATCHED;
  const blocks = matched ? matchingBlocks(action, target) : [];
  return {
    ...{ rollout, reward, advantage, tokens },
    parts: Object.fromEntries(Object.entries(parts).map(([name, v]) => [safeText(name), v])),
    think: row.think === null ? null : safeText(row.think),
    isAction: action !== null,
    wrote: segments(action ?? row.completion, within(blocks, "a")),
    expert: segments(target, within(blocks, "b")),
    complaints: [
      ...row.formatError === null ? [] : [`format: ${safeText(row.formatError)}`],
      ...row.rewardError === null ? [] : [`reward: ${safeText(row.rewardError)}`],
      ...matched || action === null ? [] : ["too long for the matching blocks to be shown"],
    ],
  };
}

/**
 * A group for the page.
 *
 * @param rows The group's rollouts, at least one, in any order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { rollouts: [first] } = groupView([{
 *   step: 0, group: 0, rollout: 0, instance: "a", prompt: "p", target: "x=2", completion: "x=3", think: null,
 *   action: "x=3", formatError: null, reward: 0.5, rewardError: null, parts: {}, advantage: 0, tokens: 3,
 * }]);
 * assertEquals(first?.wrote, [["x=", true], ["3", false]]);
 * assertEquals(first?.expert, [["x=", true], ["2", false]]);
 * ```
 */
export function groupView(rows: readonly RolloutRow[]): GroupView {
  const [first] = rows;
  if (first === undefined) throw new RangeError("a group has at least one rollout");
  const rewards = rows.flatMap(({ reward }) => reward ?? []);
  return {
    group: first.group,
    instance: safeText(first.instance),
    prompt: safeText(first.prompt),
    mean: rewards.length > 0 ? rewards.reduce((sum, r) => sum + r, 0) / rewards.length : null,
    flat: new Set(rewards).size <= 1,
    rollouts: rows.toSorted((a, b) => a.rollout - b.rollout).map(view),
  };
}
