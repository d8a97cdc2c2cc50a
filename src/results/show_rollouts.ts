/** @file A group of rollouts for reading: what the policy thought and did, beside what the expert did. */
import pc from "picocolors";
import { InputError } from "../errors.ts";
import { matchingBlocks } from "../rewards/sequence_ratio.ts";
import { type Glyph, padEnd, safeLine, toGlyphs, wrapGlyphs, wrapText } from "./glyphs.ts";
import type { RolloutRow } from "./outcome.ts";
import type { TerminalOptions } from "./render_terminal.ts";

type Style = ReturnType<typeof pc.createColors>;

/** Columns of the margin that names what stands beside it, and what divides the two. */
const LABEL = 9;
const BAR = "│ ";
const EXPERT = "expert ";

/** Columns of text that are left even where a terminal is too narrow for them. */
const NARROWEST = 12;

/**
 * One group of rollouts as text: the prompt and the expert's action once, then for each rollout its reward, advantage and
 * length, what the reward is made of, its think, and its action with the expert's beside it. Where colours are used, what both share (the blocks that the
 * similarity reward counts) is green. Where the reward looked for an answer alone, the whole completion is shown above it. A rollout that the format check refused shows its whole completion and why.
 *
 * Everything that a policy or a data set wrote is escaped: control characters, reversed writing and invisible letters are
 * shown as `\x1b` or `\u{202e}` and cannot drive the terminal.
 *
 * @param rows The group's rollouts, in any order.
 * @throws {InputError} without rows, or for rows of several groups.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const text = showRollouts([{
 *   step: 40,
 *   group: 3,
 *   rollout: 0,
 *   instance: "easy-12#2",
 *   prompt: "j=e-6;e=7?j",
 *   target: "j=1",
 *   completion: "<think>j=e-6=7-6</think>j=1",
 *   think: "j=e-6=7-6",
 *   action: "j=1",
 *   formatError: null,
 *   reward: 1,
 *   rewardError: null,
 *   parts: { similarity: 1, format: 0 },
 *   advantage: 0.5,
 *   tokens: 23,
 * }], { color: false });
 * assertStringIncludes(text, "rollout 0   reward 1.000   advantage +0.500   23 tokens");
 * ```
 */
export function showRollouts(rows: readonly RolloutRow[], options: TerminalOptions = {}): string {
  const { width = 100, color = Deno.stdout.isTerminal() && !Deno.noColor } = options;
  const style = pc.createColors(color);
  const [first] = rows;
  if (first === undefined) {
    throw new InputError("rollouts: found none, expected those of one group");
  }
  const other = rows.find((row) => row.step !== first.step || row.group !== first.group);
  if (other !== undefined) {
    const [a, b] = [first, other].map(({ step, group }) => `step ${step}, group ${group}`);
    throw new InputError(`rollouts: found rows of ${a} and of ${b}, expected one group`);
  }
  const title = `after ${first.step} updates, group ${first.group}: ${safeLine(first.instance)}`;
  const sorted = [...rows].sort((a, b) => a.rollout - b.rollout);
  const kept = rows.some(({ advantage }) => advantage !== null);
  return [
    ...wrapText(title, width).map((line) => style.bold(line)),
    ...labelled("prompt", toGlyphs(first.prompt), width, style),
    ...labelled("expert", toGlyphs(first.target), width, style),
    ...sorted.flatMap((row) => ["", ...rollout(row, kept, width, style)]),
    "",
  ].join("\n");
}

/** @param kept Whether others of the group are trained on. */
function rollout(row: RolloutRow, kept: boolean, width: number, style: Style): string[] {
  const { advantage } = row;
  const sign = advantage !== null && advantage >= 0 ? "+" : "";
  const lost = kept ? "cut off and masked" : "group dropped";
  const why = row.reward === null ? "reward failed" : lost;
  const head = [
    `rollout ${row.rollout}`,
    row.reward === null ? "no reward" : `reward ${row.reward.toFixed(3)}`,
    advantage === null ? `no advantage: ${why}` : `advantage ${sign}${advantage.toFixed(3)}`,
    `${row.tokens} tokens`,
  ].join("   ");
  const terms = Object.entries(row.parts).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const parts = terms.length === 0
    ? []
    : labelled("parts", toGlyphs(terms.join("   ")), width, style);
  const think = row.think === null ? [] : labelled("think", toGlyphs(row.think), width, style);
  const action = row.action ?? row.completion;
  // Where only the answer was looked for, the way to it stands in the completion alone.
  const whole = row.think === null && row.action !== null
    ? labelled("wrote", toGlyphs(row.completion), width, style)
    : [];
  const complaints = [
    ...row.formatError === null ? [] : [`format error: ${row.formatError}`],
    ...row.rewardError === null ? [] : [`reward ${row.rewardError}`],
  ];
  const refused = complaints.flatMap((text) => wrapText(text, width))
    .map((line) => style.red(line));
  const label = row.action === null ? "wrote" : "action";
  return [
    style.bold(head),
    ...refused,
    ...parts,
    ...think,
    ...whole,
    ...beside(label, action, row, width, style),
  ];
}

/** The policy's text and the expert's, in two columns. */
function beside(
  label: string,
  action: string,
  row: RolloutRow,
  width: number,
  style: Style,
): string[] {
  const blocks = row.action === null ? [] : matchingBlocks(row.action, row.target);
  const within = (side: "a" | "b") => {
    const marked = new Set(
      blocks.flatMap(({ size, [side]: start }) =>
        Array.from({ length: size }, (_, index) => start + index)
      ),
    );
    return (index: number) => marked.has(index);
  };
  const frame = LABEL + BAR.length + " ".length + EXPERT.length + BAR.length;
  const column = Math.max(NARROWEST, Math.floor((width - frame) / 2));
  const left = wrapGlyphs(toGlyphs(action, within("a")), column);
  const right = wrapGlyphs(toGlyphs(row.target, within("b")), column);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [mine, theirs] = [left[index] ?? [], right[index] ?? []];
    const margin = style.dim(padEnd(index === 0 ? `  ${label}` : "", LABEL) + BAR);
    const middle = style.dim(` ${index === 0 ? EXPERT : " ".repeat(EXPERT.length)}${BAR}`);
    const space = " ".repeat(column - columns(mine));
    return (margin + paint(mine, style) + space + middle + paint(theirs, style)).trimEnd();
  });
}

/** Text with its name in the margin. */
function labelled(label: string, glyphs: readonly Glyph[], width: number, style: Style): string[] {
  return wrapGlyphs(glyphs, Math.max(NARROWEST, width - LABEL - BAR.length)).map((line, index) => {
    const margin = padEnd(index === 0 ? `  ${label}` : "", LABEL) + BAR;
    return (style.dim(margin) + paint(line, style)).trimEnd();
  });
}

/** Glyphs as text, runs of marked ones in green. */
function paint(glyphs: readonly Glyph[], style: Style): string {
  const runs: { text: string; marked: boolean }[] = [];
  for (const { text, marked } of glyphs) {
    const last = runs.at(-1);
    if (last?.marked === marked) last.text += text;
    else runs.push({ text, marked });
  }
  return runs.map(({ text, marked }) => marked ? style.green(text) : text).join("");
}

function columns(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, { width }) => sum + width, 0);
}
