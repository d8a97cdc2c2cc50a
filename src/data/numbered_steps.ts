/** @file Cutting a written solution into its numbered steps. */
import { insideBlock } from "./display_blocks.ts";
import { splitTitle } from "./step_title.ts";
import type { ExpertStep } from "./trajectory.ts";

/** Why a solution cannot be cut into steps, by code. */
export const STEPS_FAULTS = {
  "no-steps": "no line begins with a step numbered 1",
  "too-few-steps": "there are fewer than two steps",
  "untitled-step": "a step has no bold title",
  "empty-step": "a step has no text",
  "numbering": "the steps do not number 1, 2, 3 and so on",
  "ambiguous-numbering": "a list inside a step could as well be the steps that follow",
} as const;

/** A key of {@link STEPS_FAULTS}. */
export type StepsFault = keyof typeof STEPS_FAULTS;

/** A solution's steps, or why it has none. */
export type ParsedSteps =
  | {
    /** The solution is in the form. */
    readonly ok: true;
    /** At least two steps; each action is the item's text as it stands, title included, without the number. */
    readonly steps: readonly ExpertStep[];
    /** What stands before the first step and is part of none; often empty. */
    readonly intro: string;
  }
  | {
    /** The solution is not in the form. */
    readonly ok: false;
    /** The first fault found. */
    readonly reason: StepsFault;
    /** The same in words, with the step concerned. */
    readonly text: string;
  };

/** What counts as a step. */
export interface StepsOptions {
  /** Whether every step must have a bold title, as in the published form. Required by default. */
  readonly titles?: "required" | "optional";
}

/** A line that may begin a step. */
interface Item {
  readonly line: number;
  readonly number: number;
  readonly titled: boolean;
  /** Columns before the number, and before the text after it. */
  readonly indent: number;
  readonly textIndent: number;
  /** Place of the text after the number in its line. */
  readonly textStart: number;
}

/**
 * Parses a solution of the form
 *
 * ```text
 * 1. **Title** body
 *
 * 2. **Title** body
 * ```
 *
 * The steps must number 1, 2, 3 and so on. Nested items, code fences, display mathematics, and a list that starts
 * again from 1 inside a step do not split it. Text before step 1 is handed back as `intro` and is part of no step; text after
 * the last item belongs to the last step. What could be read in two ways is refused rather than guessed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseNumberedSteps("Let x be real.\n1. **Halve** x/2 = 3\n2. **Double:** x = 6\nDone."), {
 *   ok: true,
 *   steps: [
 *     { action: "**Halve** x/2 = 3", title: "Halve" },
 *     { action: "**Double:** x = 6\nDone.", title: "Double" },
 *   ],
 *   intro: "Let x be real.",
 * });
 * ```
 */
export function parseNumberedSteps(solution: string, options: StepsOptions = {}): ParsedSteps {
  const lines = solution.replaceAll("\r\n", "\n").split("\n");
  const chosen = chooseItems(findItems(lines));
  if (!Array.isArray(chosen)) return chosen;
  if (chosen.length === 0) return fault("no-steps");
  const steps = chosen.map(({ line, textStart }, at): ExpertStep => {
    const rest = lines.slice(line + 1, chosen[at + 1]?.line);
    const action = [lines[line]!.slice(textStart), ...rest].join("\n").trim();
    const title = splitTitle(action)?.title;
    return title === undefined ? { action } : { action, title };
  });
  const empty = steps.findIndex(({ action }) => action === "");
  if (empty !== -1) return fault("empty-step", `step ${empty + 1}`);
  const untitled = steps.findIndex(({ title }) => title === undefined);
  if (untitled !== -1 && options.titles !== "optional") {
    return fault("untitled-step", `step ${untitled + 1}`);
  }
  if (steps.length < 2) return fault("too-few-steps");
  return { ok: true, steps, intro: lines.slice(0, chosen[0]!.line).join("\n").trim() };
}

function fault(reason: StepsFault, detail = ""): ParsedSteps & { ok: false } {
  const text = STEPS_FAULTS[reason];
  return { ok: false, reason, text: detail === "" ? text : `${text}: ${detail}` };
}

/** Every line that begins with a number and a full stop, outside code and display mathematics. */
function findItems(lines: readonly string[]): Item[] {
  const inside = insideBlock(lines);
  return lines.flatMap((text, line): Item[] => {
    const match = inside[line] ? null : /^([ \t]*)(\d{1,6})\.([ \t]+|$)/.exec(text);
    if (match === null) return [];
    const textStart = match[0].length;
    return [{
      line,
      number: Number(match[2]),
      titled: splitTitle(text.slice(textStart)) !== null,
      indent: columns(match[1]!),
      textIndent: columns(match[0]),
      textStart,
    }];
  });
}

/** The width of the beginning of a line, tabs at every fourth column. */
function columns(text: string): number {
  let width = 0;
  for (const character of text) width += character === "\t" ? 4 - width % 4 : 1;
  return width;
}

/** The items that begin steps. */
function chooseItems(items: readonly Item[]): Item[] | ParsedSteps & { ok: false } {
  const isFirst = ({ number, indent }: Item) => number === 1 && indent < 4;
  // A numbered list of conditions may come before the steps; titles tell them apart.
  const titledFirst = items.findIndex((item) => isFirst(item) && item.titled);
  const first = titledFirst === -1 ? items.findIndex(isFirst) : titledFirst;
  if (first === -1) {
    const stray = items.find(({ titled }) => titled);
    return stray === undefined ? [] : fault("numbering", `the first has number ${stray.number}`);
  }
  const steps = [items[first]!];
  const titledForm = steps[0]!.titled;
  /** The last item of a list inside the current step that started again from 1. */
  let inner: Item | null = null;
  for (const item of items.slice(first + 1)) {
    const step = steps.at(-1)!;
    // Markdown's own rule: what is indented as far as the item's text is part of the item.
    if (item.indent >= step.textIndent) continue;
    const continuesInner = inner !== null && item.number === inner.number + 1 &&
      item.titled === inner.titled;
    if (item.number === steps.length + 1) {
      if (!continuesInner) {
        steps.push(item);
        inner = null;
        continue;
      }
      if (item.titled === titledForm) {
        return fault("ambiguous-numbering", `number ${item.number} after step ${steps.length}`);
      }
    }
    if (continuesInner || item.number === 1) inner = item;
    else if (item.titled === titledForm || item.titled) {
      return fault("numbering", `step ${steps.length} is followed by number ${item.number}`);
    }
    // Else a number in prose that happens to begin a line, or a list that does not start from 1.
  }
  return steps;
}
