/** @file How long the arms' solutions are. */
import { quantileSorted } from "simple-statistics";
import { InputError } from "../errors.ts";
import type { Outcome } from "./outcome.ts";
import {
  armColors,
  axisLabelWidth,
  COLUMN_WIDTH,
  INK,
  plotNote,
  type VegaLiteSpec,
} from "./plot_theme.ts";

/** What a length plot shows. */
export interface LengthPlotOptions {
  /** Arms, in the declared order, which decides colours and rows. Default: as the outcomes come. */
  readonly arms?: readonly string[];
  /**
   * Unit: `words` (between white space), as the paper counts, or `tokens`, for a domain whose texts have no words. Default
   * `words`.
   */
  readonly unit?: "words" | "tokens";
  /** What the small print ends with. */
  readonly note?: string;
}

const ROW = 17;

/**
 * A panel per benchmark, an arm a row: the distribution of the length of whole completions, a line from the 5 % to the 95 %
 * quantile, a bar between the quartiles, and a tick at the median. Greedy and sampled completions, seeds and problems are
 * taken together.
 *
 * @throws {InputError} without outcomes, and for outcomes of an arm that is not declared.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const completions = ["two words", "and four of them"].map((completion) => (
 *   { arm: "srl", size: "1m", benchmark: "hard", completion, tokens: 5, truncated: false }
 * ));
 * assertEquals("vconcat" in lengthPlot(completions), true);
 * ```
 */
export function lengthPlot(
  outcomes: readonly Pick<
    Outcome,
    "arm" | "size" | "benchmark" | "completion" | "tokens" | "truncated"
  >[],
  options: LengthPlotOptions = {},
): VegaLiteSpec {
  if (outcomes.length === 0) throw new InputError("length plot: found no outcomes");
  const { arms = [...new Set(outcomes.map(({ arm }) => arm))], unit = "words", note = "" } =
    options;
  const stray = outcomes.find(({ arm }) => !arms.includes(arm));
  if (stray) {
    throw new InputError(`length plot: found arm ${JSON.stringify(stray.arm)}, not declared`);
  }
  const colors = armColors(arms);
  const width = COLUMN_WIDTH - axisLabelWidth(arms);
  const sizes = new Set(outcomes.map(({ size }) => size));
  const groups = [
    ...Map.groupBy(
      outcomes,
      ({ benchmark, size }) => sizes.size > 1 ? `${benchmark}, ${size}` : benchmark,
    ),
  ];
  const panels = groups.map(([title, rows], index) => {
    const values = arms.flatMap((arm, place) => {
      const lengths = rows.filter((row) => row.arm === arm)
        .map((row) => unit === "tokens" ? row.tokens : words(row.completion)).sort((a, b) => a - b);
      if (lengths.length === 0) return [];
      const [low, lower, median, upper, high] = [0.05, 0.25, 0.5, 0.75, 0.95].map((q) =>
        quantileSorted(lengths, q)
      );
      return [{ arm, color: colors[place]!, low, lower, median, upper, high }];
    });
    const x = {
      type: "quantitative" as const,
      scale: { zero: true, nice: 4 },
      axis: {
        title: index === groups.length - 1 ? `${unit} per completion` : null,
        tickCount: 5,
        format: "~s",
        domain: false,
      },
    };
    const y = {
      field: "arm",
      type: "nominal" as const,
      sort: null,
      scale: { domain: [...arms], paddingInner: 0.3, paddingOuter: 0.2 },
      axis: { ticks: false, title: null, domain: true },
    };
    const fill = { field: "color", type: "nominal" as const, scale: null };
    return {
      title: { text: title, limit: width },
      width,
      height: ROW * arms.length,
      data: { values },
      encoding: { y },
      layer: [
        {
          mark: { type: "rule" as const, color: INK, strokeWidth: 0.8 },
          encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
        },
        {
          mark: { type: "bar" as const },
          encoding: { x: { ...x, field: "lower" }, x2: { field: "upper" }, fill },
        },
        {
          mark: { type: "tick" as const, color: INK, opacity: 1, thickness: 2, size: ROW - 5 },
          encoding: { x: { ...x, field: "median" } },
        },
      ],
    };
  });
  const cut = outcomes.filter(({ truncated }) => truncated).length;
  const budget = cut === 0
    ? ""
    : `${cut} of ${outcomes.length} completions were ended by the token budget.`;
  const sentence = "Tick: median; bar: quartiles; line: 5 % to 95 %.";
  return { title: plotNote([sentence, budget, note], COLUMN_WIDTH), spacing: 12, vconcat: panels };
}

/** Runs of what is not white space. */
function words(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/\S+/g)) count++;
  return count;
}
