/** @file Cutting a written solution into its numbered steps. */
import { insideBlock } from "../display_blocks.ts";
import { splitTitle } from "../step_title.ts";
import type { ExpertStep } from "../trajectory.ts";
import { fault, type ParsedSteps, type Solution } from "./parser.ts";

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
 * Parses a solution in the published form (arXiv 2510.25992, section 3):
 *
 * ```text
 * 1. **Title** body
 *
 * 2. **Title** body
 * ```
 *
 * The steps, two or more, must number 1, 2, 3 and so on, each with a bold title. Nested items, code fences, display
 * mathematics, and a list that starts again from 1 inside a step do not split it. Each action is the item's text as it
 * stands, title included, without the number. Text before step 1 is handed back as `intro` and is part of no step; text
 * after the last item belongs to the last step. What could be read in two ways is refused rather than guessed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numberedSteps("Let x be real.\n1. **Halve** x/2 = 3\n2. **Double:** x = 6\nDone."), {
 *   ok: true,
 *   steps: [
 *     { action: "**Halve** x/2 = 3", title: "Halve" },
 *     { action: "**Double:** x = 6\nDone.", title: "Double" },
 *   ],
 *   intro: "Let x be real.",
 * });
 * assertEquals(numberedSteps("1. x/2 = 3\n2. x = 6"), {
 *   ok: false,
 *   reason: "untitled-step",
 *   text: "a step has no bold title: step 1",
 * });
 * ```
 */
export function numberedSteps(solution: Solution): ParsedSteps {
  const parsed = plainNumberedSteps(solution);
  if (!parsed.ok) return parsed;
  const untitled = parsed.steps.findIndex(({ title }) => title === undefined);
  return untitled === -1 ? parsed : fault("untitled-step", `step ${untitled + 1}`);
}

/**
 * As {@link numberedSteps}, but a step need not have a title: everything that is numbered 1, 2, 3 and so on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(plainNumberedSteps("1. x/2 = 3\n2. **Double** x = 6"), {
 *   ok: true,
 *   steps: [{ action: "x/2 = 3" }, { action: "**Double** x = 6", title: "Double" }],
 *   intro: "",
 * });
 * ```
 */
export function plainNumberedSteps(solution: Solution): ParsedSteps {
  if (typeof solution !== "string") return fault("not-text");
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
  if (steps.length < 2) return fault("too-few-steps");
  return { ok: true, steps, intro: lines.slice(0, chosen[0]!.line).join("\n").trim() };
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
