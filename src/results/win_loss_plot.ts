/** @file Two arms problem by problem. */
import { InputError } from "../errors.ts";
import { parseColumn } from "./columns.ts";
import type { Outcome } from "./outcome.ts";
import {
  armColors,
  COLUMN_WIDTH,
  INK,
  plotNote,
  topLegend,
  type VegaLiteSpec,
} from "./plot_theme.ts";
import { scoreProblems } from "./scores.ts";
import { comparePaired } from "./statistics/compare_paired.ts";
import { scoreGrid } from "./statistics/score_grid.ts";

/** Which two arms, on what. */
export interface WinLossOptions {
  /** The arm that bars to above speak for. */
  readonly first: string;
  /** The arm that it is compared with. */
  readonly second: string;
  /** A column's heading, e.g. `hard avg@8`. */
  readonly column: string;
  /** Policy size. Default: that of the first outcome. */
  readonly size?: string;
  /** Arms, in the declared order, which decides colours. Default: the two. */
  readonly arms?: readonly string[];
  /** What the small print ends with. */
  readonly note?: string;
}

const AXIS = 50;
const HEIGHT = 120;

/**
 * A bar per problem, from where the first arm is furthest ahead to where it is furthest behind: the difference of the
 * two arms' scores, averaged over seeds. The small print counts problems won, lost and equal, and has the difference of the
 * means with its interval and the larger p of both paired tests.
 *
 * @throws {InputError} where an arm has no outcomes there, and as `scoreProblems` and `comparePaired` do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shared = { size: "1m", seed: 0, benchmark: "hard", decoding: "greedy", sample: 0, tokens: 1 } as const;
 * const rest = { extracted: "7", expected: "7", completion: "7", truncated: false };
 * const outcomes = ["p1", "p2"].flatMap((problem) =>
 *   ["base", "srl"].map((arm) => ({ ...shared, ...rest, arm, problem, correct: arm === "srl" }))
 * );
 * const spec = winLossPlot(outcomes, { first: "srl", second: "base", column: "hard greedy" });
 * assertEquals("layer" in spec, true);
 * ```
 */
export function winLossPlot(
  outcomes: readonly Outcome[],
  options: WinLossOptions,
): VegaLiteSpec {
  const { first, second, column, arms = [first, second], note = "" } = options;
  const size = options.size ?? outcomes[0]?.size;
  const scores = scoreProblems(outcomes.filter((row) => row.size === size), [parseColumn(column)]);
  const [a, b] = [first, second].map((arm) => {
    const rows = scores.filter((row) => row.arm === arm);
    if (rows.length > 0) return scoreGrid(rows);
    throw new InputError(`win–loss plot: arm ${JSON.stringify(arm)} has no outcomes for ${column}`);
  }) as [ReturnType<typeof scoreGrid>, ReturnType<typeof scoreGrid>];
  const found = comparePaired(a, b);
  const mean = (grid: typeof a, p: number) =>
    grid.scores.reduce((sum, row) => sum + row[p]!, 0) / grid.seeds.length;
  const differences = a.problems.map((problem, p) => ({
    problem,
    difference: 100 * (mean(a, p) - mean(b, p)),
  })).sort((x, y) => y.difference - x.difference || (x.problem < y.problem ? -1 : 1));
  const ahead = (difference: number) =>
    Math.abs(difference) < 1e-9 ? "equal" : difference > 0 ? `${first} ahead` : `${second} ahead`;
  const values = differences.map((row, rank) => ({
    ...row,
    rank: rank + 0.5,
    next: rank + 1.5,
    ahead: ahead(row.difference),
  }));
  const colors = armColors(arms);
  const entries = [`${first} ahead`, `${second} ahead`];
  const figure = (fraction: number) => (100 * fraction).toFixed(1).replace("-", "−");
  const larger = Math.max(found.p, found.permutationP);
  const p = larger < 0.001 ? "p < 0.001" : `p = ${larger.toFixed(3)}`;
  const sentences = [
    `${column}${new Set(outcomes.map((row) => row.size)).size > 1 ? `, ${size}` : ""}:`,
    `${first} ahead on ${found.wins} problems, behind on ${found.losses}, equal on ${found.ties}.`,
    `Difference ${figure(found.difference)} [${figure(found.low)}, ${figure(found.high)}],`,
    `${p} (the larger of paired bootstrap, over ${found.over}, and permutation test).`,
    note,
  ];
  // Said in both layers: the axis of the one would else be merged with the other's default.
  const scale = {
    scale: { domain: [-100, 100], nice: false },
    axis: {
      title: "difference (points)",
      values: [-100, -50, 0, 50, 100],
      domain: false,
      ticks: false,
    },
  };
  return {
    title: plotNote(sentences, COLUMN_WIDTH),
    width: COLUMN_WIDTH - AXIS,
    height: HEIGHT,
    data: { values },
    layer: [
      {
        mark: { type: "bar", strokeWidth: 0 },
        encoding: {
          x: {
            field: "rank",
            type: "quantitative",
            scale: { domain: [0.5, values.length + 0.5], nice: false },
            axis: { title: "problems, by difference", tickCount: 5, format: "d", grid: false },
          },
          x2: { field: "next" },
          y: {
            field: "difference",
            type: "quantitative",
            ...scale,
          },
          y2: { datum: 0 },
          color: {
            field: "ahead",
            type: "nominal",
            sort: null,
            scale: {
              domain: entries,
              range: [first, second].map((arm) => colors[arms.indexOf(arm)] ?? INK),
            },
            legend: { ...topLegend(entries), symbolType: "square" },
          },
        },
      },
      {
        mark: { type: "rule", color: INK, strokeWidth: 0.8 },
        encoding: { y: { datum: 0, type: "quantitative", ...scale } },
      },
    ],
  };
}
