/** @file What the calls in a paper's text stand for: figures from results, declarations and constants, by name. */
import { publishedRows } from "../benchmarks/published_rows.ts";
import { InputError } from "../errors.ts";
import { percent } from "../results/cell_text.ts";
import type { TableCell } from "../results/table.ts";
import { columnsOf } from "../runs/evaluation_columns.ts";
import {
  FAMILY_ALPHA,
  isLength,
  type TestedFamily,
  type TestedPair,
  thoughtLength,
} from "./comparisons.ts";
import { advice } from "./advice.ts";
import type { PaperDeclaration } from "./declaration.ts";
import type { PaperExperiment, PaperResults } from "./experiment_results.ts";
import { figure, pValue } from "./paper_table.ts";
import { TEXT_FUNCTIONS, type TextCall } from "./scan_text.ts";

/** What names are looked up in. */
export interface BindingSources {
  /** The paper. */
  readonly paper: PaperDeclaration;
  /** Its experiments, by its names for them. */
  readonly experiments: ReadonlyMap<string, PaperExperiment>;
  /** Its comparisons after their tests; null for those whose results are missing. */
  readonly families: ReadonlyMap<string, TestedFamily | null>;
}

/** Text for a call; null where it is made from results that are missing. */
export type Binding = string | null;

/** Gives a name's text, once it is known which results there are. */
type Lookup = (results: PaperResults) => Binding;

/** How a call is known to the document: as it is written, without its place. */
export function callKey({ name, args }: Pick<TextCall, "name" | "args">): string {
  return `${name}(${args.join(", ")})`;
}

/**
 * Resolves calls of a text. Names are checked against declarations, so that one that does not exist is told even where
 * results are missing.
 *
 * @returns Texts by {@link callKey}.
 * @throws {InputError} for all calls that name nothing, a line each, with file and line and the nearest name.
 */
export function bindCalls(
  calls: readonly TextCall[],
  sources: BindingSources,
): Map<string, Binding> {
  const names = resultNames(sources);
  const bound = new Map<string, Binding>();
  const problems: string[] = [];
  for (const call of calls) {
    const key = callKey(call);
    if (bound.has(key)) continue;
    try {
      bound.set(key, bind(call, sources, names));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(`${call.at}: #${call.name}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new InputError(problems.join("\n"));
  return bound;
}

function bind(
  { name, args }: TextCall,
  sources: BindingSources,
  names: ReadonlyMap<string, () => Binding>,
): Binding {
  const { paper, experiments, families } = sources;
  const [first = "", second = "", third = "", fourth = "", fifth] = args;
  const arity = TEXT_FUNCTIONS[name]!;
  const required = arity.replace(/\[.*\]/, "").split(",").length;
  const most = arity.split(",").length;
  if (args.length < required || args.length > most) {
    throw new InputError(`found ${args.length} arguments; expected ${arity}`);
  }
  switch (name) {
    case "num":
      return pick("name", first, names)();
    case "const":
      return pick("constant", first, new Map(Object.entries(paper.constants))).value;
    case "fig":
      pick("figure", first, new Map(Object.entries(paper.figures)));
      return "";
    case "tab":
      pick("table", first, new Map(Object.entries(paper.tables)));
      return "";
    case "setting":
      return setting(pick("experiment", first, experiments).experiment, second);
    case "published":
      return published(first, second, third);
    case "ranking": {
      const found = pick("experiment", first, experiments);
      columnOf(found, second);
      const size = sizeOf(found, args[2]);
      return found.results === null ? null : ranking(found.results, second, size, paper.arms);
    }
    case "summary":
      return summary(pick("comparison", first, families));
    default: {
      const declared = pick("comparison", first, new Map(Object.entries(paper.comparisons)));
      const pair = `${second} − ${third}`;
      pick("pair", pair, new Map(declared.pairs.map(([a, b]) => [`${a} − ${b}`, true])));
      pick("column", fourth, new Map(declared.columns.map((column) => [column, true])));
      const size = sizeOf(experiments.get(declared.of)!, fifth);
      const test = families.get(first)?.tests.find((one) =>
        one.first === second && one.second === third && one.column === fourth && one.size === size
      );
      return test === undefined ? null : verdict(test, paper.arms);
    }
  }
}

/** Every name that `#num` takes, in the text's order of looking. */
function resultNames({ experiments, families }: BindingSources): Map<string, () => Binding> {
  const names = new Map<string, () => Binding>();
  for (const [name, { experiment, cells, results }] of experiments) {
    const put = (path: string, lookup: Lookup) =>
      names.set(`${name}/${path}`, () => results === null ? null : lookup(results));
    const count = (path: string, value: number) => names.set(`${name}/${path}`, () => `${value}`);
    const sizes = Object.keys(experiment.policy);
    const { evaluation } = experiment;
    count("seeds", experiment.seeds.length);
    count("arms", Object.keys(experiment.arms).length);
    count("sizes", sizes.length);
    count("cells", cells.length);
    count("samples", evaluation.samples);
    put("completions", ({ outcomes }) => grouped(outcomes.length));
    for (const [benchmark, set] of Object.entries(evaluation.benchmarks)) {
      if (set.domain === "relay") count(`${benchmark}/problems`, set.problems);
    }
    for (const arm of Object.keys(experiment.arms)) {
      for (const size of sizes) {
        const place = sizes.length === 1 ? arm : `${arm}/${size}`;
        for (const column of columnsOf(evaluation)) {
          const of = (write: (cell: TableCell) => string): Lookup => (all) => {
            const found = scoreOf(all, arm, size, column);
            return found === null ? null : write(found);
          };
          put(`${place}/${column}`, of(({ mean }) => percent(mean)));
          put(`${place}/${column}/low`, of(({ low }) => percent(low)));
          put(`${place}/${column}/high`, of(({ high }) => percent(high)));
          put(
            `${place}/${column}/interval`,
            of(({ low, high }) => `[${percent(low)}, ${percent(high)}]`),
          );
        }
        for (const benchmark of Object.keys(evaluation.benchmarks)) {
          put(`${place}/${benchmark} thought`, (all) => {
            const own = all.outcomes.filter((row) =>
              row.arm === arm && row.size === size && row.benchmark === benchmark
            );
            return own.length === 0
              ? null
              : thoughtLength(own.map(({ completion }) => completion)).toFixed(1);
          });
        }
        put(`${place}/sampled tokens`, (all) => sampledTokens(all, arm, size));
        put(`${place}/idle updates`, (all) => idleShare(all, arm, size));
      }
    }
  }
  for (const [name, family] of families) {
    const put = (path: string, lookup: (tested: TestedFamily) => string) =>
      names.set(`comparisons/${name}/${path}`, () => family === null ? null : lookup(family));
    put("tests", ({ tests }) => `${tests.length}`);
    put("remaining", ({ tests }) => `${tests.filter(remains).length}`);
  }
  return names;
}

function scoreOf(
  { table }: PaperResults,
  arm: string,
  size: string,
  label: string,
): TableCell | null {
  const column = table.columns.find((one) => one.label === label);
  return table.cells.find((cell) =>
    cell.arm === arm && cell.size === size && cell.benchmark === column?.benchmark &&
    cell.metric === column.metric
  ) ?? null;
}

/** Tokens that an arm's last stage sampled, mean over seeds, in millions. */
function sampledTokens({ metrics }: PaperResults, arm: string, size: string): Binding {
  const totals = new Map<number, number>();
  for (const row of metrics) {
    const total = row.row["sampledTokens"];
    if (row.arm !== arm || row.size !== size || typeof total !== "number") continue;
    // Counted from the stage's beginning: a later row has more.
    totals.set(row.seed, Math.max(totals.get(row.seed) ?? 0, total));
  }
  if (totals.size === 0) return null;
  const mean = [...totals.values()].reduce((a, b) => a + b, 0) / totals.size;
  return (mean / 1e6).toFixed(2);
}

/** Percent of an arm's sampling updates in which every group was dropped, all seeds together. */
function idleShare({ metrics }: PaperResults, arm: string, size: string): Binding {
  const kept = metrics.flatMap((row) => {
    const value = row.row["kept"];
    return row.arm === arm && row.size === size && typeof value === "number" ? [value] : [];
  });
  return kept.length === 0
    ? null
    : (100 * kept.filter((value) => value === 0).length / kept.length).toFixed(0);
}

/** `SRL (97.3), … and base (0.0)`: arms from the highest to the lowest score, in percent. */
function ranking(
  results: PaperResults,
  column: string,
  size: string,
  names: Readonly<Record<string, string>>,
): Binding {
  const scored = results.arms.flatMap((arm) => {
    const cell = scoreOf(results, arm, size, column);
    return cell === null ? [] : [{ arm, mean: cell.mean }];
  }).sort((a, b) => b.mean - a.mean);
  if (scored.length === 0) return null;
  return listed(scored.map(({ arm, mean }) => `${names[arm] ?? arm} (${percent(mean)})`));
}

/** What a test says, as a clause: which arm is ahead and by how much, or that they cannot be told apart. */
function verdict(test: TestedPair, names: Readonly<Record<string, string>>): string {
  const [first, second] = [test.first, test.second].map((arm) => names[arm] ?? arm) as [
    string,
    string,
  ];
  const length = isLength(test.column);
  const unit = length ? "characters" : "points";
  const p = pValue(test.adjusted);
  const by = (sign: 1 | -1) => {
    const ends = [sign * test.low, sign * test.high].sort((a, b) => a - b);
    const [low, high] = ends.map((end) => figure(test, end));
    return `${figure(test, sign * test.difference)} ${unit} [${low}, ${high}]`;
  };
  const tail = `p ${p.startsWith("<") ? p : `= ${p}`}`;
  if (!remains(test)) {
    return length
      ? `the thoughts of ${first} and ${second} cannot be told apart in length (${by(1)}, ${tail})`
      : `${first} and ${second} cannot be told apart (difference ${by(1)}, ${tail})`;
  }
  if (length) {
    return test.difference > 0
      ? `the thoughts of ${first} are longer than those of ${second} by ${by(1)} (${tail})`
      : `the thoughts of ${first} are shorter than those of ${second} by ${by(-1)} (${tail})`;
  }
  return test.difference > 0
    ? `${first} is ahead of ${second} by ${by(1)} (${tail})`
    : `${first} is behind ${second} by ${by(-1)} (${tail})`;
}

function remains({ adjusted }: TestedPair): boolean {
  return adjusted < FAMILY_ALPHA;
}

function summary(family: TestedFamily | null): Binding {
  if (family === null) return null;
  const { tests } = family;
  const left = tests.filter(remains).length;
  return `${left} of ${tests.length} differences ${left === 1 ? "remains" : "remain"}`;
}

/** A published figure, always marked. */
function published(base: string, name: string, column: string): string {
  const { rows } = publishedRows(base);
  const row = pick("row", name, new Map(rows.map((one) => [one.name, one])));
  const scores = Object.values(row.scores);
  const figures = new Map<string, number | null>([
    ...Object.entries(row.scores),
    ["average", row.average],
    ["mean", scores.reduce((sum, score) => sum + score, 0) / scores.length],
  ]);
  const value = pick("column", column, figures);
  if (value === null) throw new InputError(`${name} has no published ${column}`);
  return `${value.toFixed(1)}†`;
}

/** A value of a declaration, by its path: `arms/srl/0/updates`. Of an object, its keys. */
function setting(declared: unknown, path: string): string {
  let value = declared;
  for (const key of path.split("/")) {
    const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (!keys.includes(key)) throw new InputError(`${path}: found "${key}"; ${advice(key, keys)}`);
    value = (value as Record<string, unknown>)[key];
  }
  const all = Array.isArray(value)
    ? value
    : typeof value === "object" && value !== null
    ? Object.keys(value)
    : [value];
  return listed(all.map((one) => {
    if (typeof one === "number") return numberText(one);
    if (typeof one === "string") return one;
    throw new InputError(`${path}: found ${JSON.stringify(one)}; expected a number or a text`);
  }));
}

function numberText(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-3) return grouped(value);
  const [digits, exponent] = value.toExponential().split("e-");
  const raised = [...exponent!].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `${digits === "1" ? "" : `${digits}·`}10⁻${raised}`;
}

/** With commas between thousands. */
function grouped(value: number): string {
  const [whole, part] = `${value}`.split(".");
  const text = whole!.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return part === undefined ? text : `${text}.${part}`;
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

function columnOf({ experiment }: PaperExperiment, column: string): void {
  pick("column", column, new Map(columnsOf(experiment.evaluation).map((name) => [name, true])));
}

/** The size asked for, which may be left out where there is one. */
function sizeOf({ experiment }: PaperExperiment, size: string | undefined): string {
  const sizes = Object.keys(experiment.policy);
  if (size === undefined && sizes.length > 1) {
    throw new InputError(`expected a size: ${sizes.join(", ")}`);
  }
  const name = size ?? sizes[0]!;
  pick("size", name, new Map(sizes.map((one) => [one, true])));
  return name;
}

/** What a name stands for, or an error with the nearest name. */
function pick<T>(what: string, name: string, all: ReadonlyMap<string, T>): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new InputError(
    `found the ${what} ${JSON.stringify(name)}; ${advice(name, [...all.keys()])}`,
  );
}
