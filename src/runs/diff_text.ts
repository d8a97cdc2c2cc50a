/** @file How two cells differ: config, data, engine, metrics. */
import { type Change, changesBetween, valueText } from "../experiment/changes.ts";
import { meaningOf } from "../experiment/identity.ts";
import type { PlannedStage } from "../experiment/plan.ts";
import { percent } from "../results/cell_text.ts";
import { METRICS, readRows } from "../results/jsonl_rows.ts";
import { displayWidth, padEnd, safeLine } from "../results/glyphs.ts";
import { cut, WIDTH } from "./align_columns.ts";
import type { ComparedCell } from "./compared_cell.ts";
import { kindOf } from "./estimate.ts";
import { columnsOf } from "./evaluation_columns.ts";
import { evaluationScores } from "./evaluation_scores.ts";
import { readProvenance } from "./provenance.ts";
import type { StageStore } from "./store.ts";

/** Most columns of the first column, which names what differs. */
const NAMES = 36;

/** One line of a comparison: what, in the one cell, in the other, and the difference where there is one. */
type Row = readonly [what: string, left: string, right: string, difference?: string];

/** Parts of a stage's meaning that are its data: what is read and how it is put to the policy. */
const DATA = ["data", "prompts", "evaluation"] as const;

/** Parts that say what computes it. */
const ENGINE = ["engine", "versions", "threads"] as const;

/**
 * Two cells beside each other, of one experiment or of two: only what differs, under four headings. What a run left is compared where both cells are
 * finished.
 *
 * @throws {InputError} for a finished stage that cannot be read.
 */
export async function diffLines(
  left: ComparedCell,
  right: ComparedCell,
  store: StageStore,
): Promise<string[]> {
  const chain = ({ plan, cell: { training, evaluation } }: ComparedCell) => {
    const byId = new Map(plan.stages.map((stage) => [stage.id, stage]));
    return [...training, evaluation].map((id) => byId.get(id)!);
  };
  const [a, b] = [chain(left), chain(right)];
  const names: Row = ["", left.name, right.name];
  const section = (heading: string, rows: readonly Row[]) => [
    "",
    heading,
    ...rows.length === 0 ? ["  the same"] : table([names, ...rows]),
  ];
  const done = async (stages: readonly PlannedStage[]) =>
    (await Promise.all(stages.map(({ id }) => store.has(id)))).every(Boolean);
  const [leftDone, rightDone] = await Promise.all([done(a), done(b)]);
  const open = [...leftDone ? [] : [left.name], ...rightDone ? [] : [right.name]];
  const finished = open.length === 0;
  const notFinished = ["", "metrics", `  not finished: ${open.join(", ")}`];
  return [
    `${left.name} and ${right.name}`,
    ...section("config", configRows(a, b)),
    ...section("data", partRows(a, b, DATA)),
    ...section("engine", [
      ...partRows(a, b, ENGINE),
      ...finished ? await provenanceRows(a, b, store) : [],
    ]),
    ...finished ? section("metrics", await metricRows(left, right, store)) : notFinished,
  ].map((line) => cut(line, WIDTH));
}

/** A difference as a row; `prefix` is said before its path. */
const rowOf = (prefix: string, { path, before, after }: Change): Row => [
  `${prefix}${path}`,
  valueText(before),
  valueText(after),
];

/** What the arms say, stage by stage, and what they start from. */
function configRows(a: readonly PlannedStage[], b: readonly PlannedStage[]): Row[] {
  const [left, right] = [a.slice(0, -1), b.slice(0, -1)];
  const rows: Row[] = [];
  const chainOf = (stages: readonly PlannedStage[]) =>
    stages.map(({ spec }) => kindOf(spec)).join(" → ") || "no training";
  if (chainOf(left) !== chainOf(right)) rows.push(["stages", chainOf(left), chainOf(right)]);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [from, to] = [left[i]!, right[i]!].map(({ spec }) => meaningOf(spec).stage);
    const [name, other] = [kindOf(left[i]!.spec), kindOf(right[i]!.spec)];
    const changes = name === other
      ? changesBetween(from, to)
      // Of two kinds, what both have; that the kinds differ is said above.
      : changesBetween({ ...from as object, kind: "" }, { ...to as object, kind: "" })
        .filter(({ before, after }) => before !== undefined && after !== undefined);
    const stage = name === other ? name : `${name} | ${other}`;
    rows.push(...changes.map((change) => rowOf(`${i + 1} ${stage}: `, change)));
  }
  const start = (stages: readonly PlannedStage[]) => meaningOf(stages[0]!.spec);
  rows.push(
    ...changesBetween(start(a).policy, start(b).policy).map((change) => rowOf("policy ", change)),
    ...changesBetween(start(a).seed, start(b).seed).map((change) => rowOf("seed", change)),
  );
  return rows;
}

/** Parts of what the stages mean: of the first training stages, where both cells train, and of the evaluations. */
function partRows(
  a: readonly PlannedStage[],
  b: readonly PlannedStage[],
  parts: readonly string[],
): Row[] {
  const pairs = [[a.at(-1)!, b.at(-1)!, "evaluation"]] as [PlannedStage, PlannedStage, string][];
  if (a.length > 1 && b.length > 1) pairs.unshift([a[0]!, b[0]!, "training"]);
  return pairs.flatMap(([left, right, name]) =>
    parts.flatMap((part) =>
      changesBetween(meaningOf(left.spec)[part], meaningOf(right.spec)[part])
        .map((change) => rowOf(part === name ? `${part} ` : `${name}: ${part} `, change))
    )
  );
}

/** Where and from what the cells were made: one value, or several where a cell's stages differ. */
async function provenanceRows(
  a: readonly PlannedStage[],
  b: readonly PlannedStage[],
  store: StageStore,
): Promise<Row[]> {
  const read = async (stages: readonly PlannedStage[]) => {
    const made = await Promise.all(stages.map(({ id }) => readProvenance(store.dir(id))));
    const all = (value: (one: (typeof made)[number]) => unknown) =>
      [...new Set(made.map((one) => String(value(one) ?? "unknown")))].sort().join(", ");
    return {
      commit: all(({ commit }) => commit?.slice(0, 12)),
      dirty: all(({ dirty }) => dirty),
      "deno.lock": all(({ lock }) => lock?.slice(0, 12)),
      versions: all(({ versions }) =>
        Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")
      ),
      runtime: all(({ runtime }) =>
        runtime && `${runtime.name} ${runtime.version} (${runtime.provider})`
      ),
      processor: all(({ cpu }) => cpu),
      cores: all(({ cores }) => cores),
      platform: all(({ platform }) => platform),
    };
  };
  const [left, right] = await Promise.all([read(a), read(b)]);
  return changesBetween(left, right).map((
    { path, before, after },
  ) => [path.replace(/^\["(.*)"\]$/, "$1"), String(before), String(after)]);
}

/** Scores in percent, and the last values of the last training stages, all of them: equal ones are a finding too. */
async function metricRows(
  left: ComparedCell,
  right: ComparedCell,
  store: StageStore,
): Promise<Row[]> {
  const scores = ({ plan, cell }: ComparedCell) =>
    evaluationScores(store.dir(cell.evaluation), plan.experiment.evaluation);
  const last = async ({ cell: { training } }: ComparedCell) => {
    const id = training.at(-1);
    if (id === undefined) return {};
    const rows = await readRows(METRICS, `${store.dir(id)}/metrics.jsonl`);
    // Not every row has every metric: the one behind the last update has what is measured then.
    const { step: _, ...metrics } = Object.assign({ step: 0 }, ...rows);
    return metrics as Readonly<Record<string, number | null>>;
  };
  const [a, b] = await Promise.all([scores(left), scores(right)]);
  const labels = [left, right].flatMap(({ plan }) => columnsOf(plan.experiment.evaluation));
  const scored = [...new Set(labels)].map((label): Row => {
    const [from, to] = [a[label], b[label]];
    const text = (score?: number) => score === undefined ? "–" : `${percent(score)} %`;
    const known = from !== undefined && to !== undefined;
    return [label, text(from), text(to), known ? signed((100 * (to - from)).toFixed(1)) : ""];
  });
  const [x, y] = await Promise.all([last(left), last(right)]);
  const trained = Object.keys({ ...x, ...y }).sort().map((name): Row => {
    const [from, to] = [x[name] ?? null, y[name] ?? null];
    const short = (value: number) =>
      String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
    const text = (value: number | null) => value === null ? "–" : short(value);
    const known = from !== null && to !== null;
    return [`last ${name}`, text(from), text(to), known ? signed(short(to - from)) : ""];
  });
  return [...scored, ...trained];
}

/** A difference with its sign; none where it rounds to nothing. */
function signed(difference: string): string {
  return Number(difference) > 0 ? `+${difference}` : difference.replace(/^-(?=0(\.0)?$)/, "");
}

/** Rows in columns that fit {@link WIDTH}; what is too long is cut. */
function table(rows: readonly Row[]): string[] {
  const widest = (at: number, most: number) =>
    Math.min(most, Math.max(...rows.map((row) => displayWidth(safeLine(row[at] ?? "")))));
  const first = widest(0, NAMES);
  const fourth = widest(3, 12);
  const rest = Math.floor((WIDTH - 2 - first - 4 - (fourth > 0 ? fourth + 2 : 0)) / 2);
  const widths = [first, widest(1, rest), widest(2, rest), fourth];
  return rows.map((row) =>
    `  ${widths.map((width, i) => padEnd(cut(row[i] ?? "", width), width)).join("  ")}`.trimEnd()
  );
}
