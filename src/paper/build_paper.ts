/** @file The whole of `deno task paper`: results in, figures, tables and the PDF out. */
import { basename, dirname } from "node:path";
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";
import { renderPdf } from "../results/render_pdf.ts";
import { renderPng, renderSvg } from "../results/render_plot.ts";
import { compileTypst } from "../results/typst_compiler.ts";
import { writeFiles } from "../results/write_files.ts";
import { bindCalls, callKey } from "./bindings.ts";
import { type TestedFamily, type TestedPair, testFamily } from "./comparisons.ts";
import { advice } from "./advice.ts";
import type { PaperDeclaration, PaperSources } from "./declaration.ts";
import { markDraft, placeholder } from "./draft.ts";
import { type PaperExperiment, type PaperResults, readExperiment } from "./experiment_results.ts";
import { latexSample } from "./latex.ts";
import { loadPaper } from "./load_paper.ts";
import { renderTable, type TableFormat } from "./paper_table.ts";
import { scanText } from "./scan_text.ts";

/** What to build, and where things are. */
export interface PaperRequest {
  /** The paper's file. */
  readonly file: string;
  /** Folder of all results. */
  readonly results: string;
  /** Whether results that are missing, stale or dirty are marked instead of refused. */
  readonly draft: boolean;
}

/** What came of it. */
export interface BuiltPaper {
  /** The PDF's path. */
  readonly pdf: string;
  /** Folder of figures and tables. */
  readonly build: string;
  /** What keeps it a draft, a line each; none where nothing does. */
  readonly problems: readonly string[];
  /** How many figures and tables there are. */
  readonly figures: number;
  /** How many tables. */
  readonly tables: number;
}

/** Where a figure or table is from, as `manifest.json` tells it. */
interface Origin {
  readonly experiment: string;
  readonly file: string;
  readonly results: string;
  readonly cells: readonly { readonly name: string; readonly stages: readonly string[] }[];
}

/**
 * Makes a paper from stored results alone: every figure as SVG, PNG and PDF, every table as Markdown, CSV, LaTeX and Typst, the
 * document as PDF. Nothing is written unless all of it is made; equal results give equal bytes.
 *
 * In the folder of the paper's file: `NAME.pdf` (`NAME-draft.pdf` where results are not fit to be published), and `build/` with
 * `figures/`, `tables/`, `values.json` (every bound figure of the text), `manifest.json` (the experiment file and the cells of
 * each figure and table) and `sample.tex` (a LaTeX document that has them all).
 *
 * @throws {InputError} for figures in the text that nothing binds and names that do not exist, all of them; and, but in a draft,
 * for results that are missing, stale or dirty, with the commands that make them.
 */
export async function buildPaper(request: PaperRequest): Promise<BuiltPaper> {
  const paper = await loadPaper(request.file);
  const dir = dirname(request.file);
  const read = async (name: string) => {
    try {
      return await Deno.readTextFile(`${dir}/${name}`);
    } catch (error) {
      throw new InputError(`${dir}/${name}: cannot be read: ${fileReason(error)}`);
    }
  };
  const [text, layout, references] = await Promise.all([
    read(paper.text),
    read(paper.layout),
    read(paper.references),
  ]);
  const { calls, problems: unbound } = scanText(
    text,
    `${dir}/${paper.text}`,
    Object.values(paper.arms),
  );
  if (unbound.length > 0) throw new InputError(unbound.join("\n"));

  const experiments = new Map<string, PaperExperiment>();
  for (const [name, file] of Object.entries(paper.experiments)) {
    experiments.set(name, await readExperiment(file, request.results));
  }
  const problems = problemLines([...experiments.values()]);
  if (problems.length > 0 && !request.draft) {
    throw new InputError(
      ["results are not fit to be published", ...problems.map((line) => `  ${line}`)].join("\n"),
    );
  }
  const families = new Map<string, TestedFamily | null>();
  for (const [name, family] of Object.entries(paper.comparisons)) {
    const { experiment, results } = experiments.get(family.of)!;
    for (const arm of family.pairs.flat()) {
      const arms = Object.keys(experiment.arms);
      if (arms.includes(arm)) continue;
      throw new InputError(`comparisons.${name}: found arm "${arm}"; ${advice(arm, arms)}`);
    }
    const whole = results !== null &&
      family.pairs.flat().every((arm) => results.arms.includes(arm));
    families.set(name, whole ? testFamily(family, results.outcomes) : null);
  }
  const bound = bindCalls(calls, { paper, experiments, families });

  const made = new Made(paper, experiments, families);
  const draft = problems.length > 0;
  const figures = await made.figures();
  const tables = made.tables();
  const values = Object.fromEntries(
    calls.filter(({ name }) => name !== "fig" && name !== "tab")
      .map((call) => [callKey(call), bound.get(callKey(call)) ?? null]),
  );
  const name = basename(paper.text, ".typ");
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const valuesJson = json(values);
  const document = json({
    title: paper.title,
    authors: paper.authors,
    draft,
    figures: Object.fromEntries(
      Object.entries(paper.figures).map(([key, { from, caption }]) => [key, {
        caption,
        source: made.sourceSentence(from),
      }]),
    ),
    tables: Object.fromEntries(
      Object.entries(paper.tables).map(([key, { wide = false }]) => [key, { wide }]),
    ),
  });
  const pdf = await compileTypst({
    "/main.typ": MAIN,
    // Typst would take a semicolon after a call for the end of code.
    "/text.typ": IMPORT + text.replace(/(#[a-z]+\((?:"[^"\n]*"(?:, *)?)+\));/g, "$1\\;"),
    "/layout.typ": layout,
    "/references.yml": references,
    "/functions.typ": FUNCTIONS,
    "/build/values.json": valuesJson,
    "/build/document.json": document,
    ...prefixed(
      "/build/figures/",
      Object.fromEntries(
        Object.entries(figures).filter(([path]) => path.endsWith(".svg")),
      ),
    ),
    ...prefixed(
      "/build/tables/",
      Object.fromEntries(
        Object.entries(tables).filter(([path]) => path.endsWith(".typ")),
      ),
    ),
  }, "/main.typ");

  const build = `${dir}/build`;
  const removed = await removeStrays(build, { figures, tables });
  await writeFiles(`${build}/figures`, { ...removed.figures, ...figures });
  await writeFiles(`${build}/tables`, { ...removed.tables, ...tables });
  await writeFiles(build, {
    "values.json": valuesJson,
    "manifest.json": json(made.manifest(request.results)),
    "sample.tex": latexSample(paper, (from) => made.sourceSentence(from)),
  });
  const file = draft ? `${name}-draft.pdf` : `${name}.pdf`;
  await writeFiles(dir, { [file]: pdf });
  return {
    pdf: `${dir}/${file}`,
    build,
    problems,
    figures: Object.keys(paper.figures).length,
    tables: Object.keys(paper.tables).length,
  };
}

/** Figures and tables of one paper. */
class Made {
  constructor(
    private readonly paper: PaperDeclaration,
    private readonly experiments: ReadonlyMap<string, PaperExperiment>,
    private readonly families: ReadonlyMap<string, TestedFamily | null>,
  ) {}

  /** Files by name. */
  async figures(): Promise<Record<string, string | Uint8Array>> {
    const files: Record<string, string | Uint8Array> = {};
    for (const [name, { from, plot }] of Object.entries(this.paper.figures)) {
      const missing = this.missing(from);
      let svg: string;
      if (missing.length > 0) svg = placeholder([`Figure ${name}:`, ...missing]);
      else {
        const spec = plot(this.sources(`figures.${name}`, from));
        if (spec === null) {
          throw new InputError(`figures.${name}: its results have nothing that it could show`);
        }
        svg = await renderSvg(spec);
        if (this.flawed(from)) svg = markDraft(svg);
      }
      files[`${name}.svg`] = svg;
      files[`${name}.png`] = await renderPng(svg);
      files[`${name}.pdf`] = await renderPdf(svg);
    }
    return files;
  }

  /** Files by name. */
  tables(): Record<string, string> {
    const files: Record<string, string> = {};
    for (const [name, { from, caption, make, wide = false }] of Object.entries(this.paper.tables)) {
      const missing = this.missing(from);
      const table = missing.length > 0
        ? {
          layout: {
            corner: "missing",
            columns: [],
            notes: [],
            blocks: [{ title: "", rows: missing.map(row) }],
          },
          sentences: [],
        }
        : make(this.sources(`tables.${name}`, from));
      const formats = renderTable(table, {
        name,
        caption: [
          ...this.flawed(from) ? ["DRAFT."] : [],
          caption,
          ...table.sentences,
          this.sourceSentence(from),
        ],
        wide,
      });
      for (const [ending, content] of Object.entries(formats) as [TableFormat, string][]) {
        files[`${name}.${ending}`] = content;
      }
    }
    return files;
  }

  /** The sentence that says where a figure or table is from. */
  sourceSentence(from: readonly string[]): string {
    const parts = from.map((name) => {
      const { file, experiment: { arms, policy, seeds } } = this.experiments.get(name)!;
      const sizes = Object.keys(policy).length;
      const many = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
      return `${file} (${many(Object.keys(arms).length, "arm")} × ${many(sizes, "size")} × ${
        many(seeds.length, "seed")
      })`;
    });
    return `From ${parts.join(", ")}.`;
  }

  /** Where every figure and table is from. */
  manifest(results: string): Record<string, Record<string, Origin[]>> {
    const origins = (all: Readonly<Record<string, { readonly from: readonly string[] }>>) =>
      Object.fromEntries(
        Object.entries(all).map(([key, { from }]) => [
          key,
          from.map((name): Origin => {
            const { file, experiment, cells } = this.experiments.get(name)!;
            return { experiment: name, file, results: `${results}/${experiment.name}`, cells };
          }),
        ]),
      );
    return { figures: origins(this.paper.figures), tables: origins(this.paper.tables) };
  }

  private sources(field: string, from: readonly string[]): PaperSources {
    return {
      results: (name) => {
        const found = from.includes(name) ? this.experiments.get(name)?.results : undefined;
        if (found) return renamed(found, this.paper.arms);
        throw new InputError(`${field}: asks for "${name}"; ${advice(name, from)}`);
      },
      tests: (name) => {
        const found = this.families.get(name);
        if (found) return { tests: found.tests.map((test) => renamedTest(test, this.paper.arms)) };
        throw new InputError(
          `${field}: asks for the comparison "${name}"; ${advice(name, [...this.families.keys()])}`,
        );
      },
    };
  }

  /** What a figure or table lacks, a line each. */
  private missing(from: readonly string[]): string[] {
    return from.flatMap((name) => {
      const { problems, results } = this.experiments.get(name)!;
      const absent = problems.filter(({ kind }) => kind === "missing");
      return results !== null && absent.length === 0
        ? []
        : absent.map(({ text, command }) => `${text}: ${command}`);
    });
  }

  private flawed(from: readonly string[]): boolean {
    return from.some((name) => this.experiments.get(name)!.problems.length > 0);
  }
}

/** Results whose arms have the paper's names. */
function renamed(
  results: PaperResults,
  names: Readonly<Record<string, string>>,
): PaperResults {
  const name = (arm: string) => names[arm] ?? arm;
  const each = <T extends { readonly arm: string }>(rows: readonly T[]) =>
    rows.map((row) => ({ ...row, arm: name(row.arm) }));
  const { outcomes, metrics, arms, table } = results;
  return {
    ...results,
    outcomes: each(outcomes),
    metrics: each(metrics),
    arms: arms.map(name),
    table: { ...table, arms: table.arms.map(name), cells: each(table.cells) },
  };
}

function renamedTest(test: TestedPair, names: Readonly<Record<string, string>>): TestedPair {
  return {
    ...test,
    first: names[test.first] ?? test.first,
    second: names[test.second] ?? test.second,
  };
}

function row(name: string): { name: string; published: false; cells: [] } {
  return { name, published: false, cells: [] };
}

/** Problems with the command that mends them; each command once, after the last problem that it mends. */
function problemLines(experiments: readonly PaperExperiment[]): string[] {
  return experiments.flatMap(({ problems }) => [
    ...problems.map(({ kind, text }) => `${kind}: ${text}`),
    ...[...new Set(problems.map(({ command }) => command))].map((command) =>
      `  make it with: ${command}`
    ),
  ]);
}

/** Files of an earlier build that this one does not have, to be removed. */
async function removeStrays<K extends string>(
  build: string,
  made: Readonly<Record<K, Readonly<Record<string, unknown>>>>,
): Promise<Record<K, Record<string, null>>> {
  const strays = {} as Record<K, Record<string, null>>;
  for (const folder of Object.keys(made) as K[]) {
    const own: Record<string, null> = strays[folder] = {};
    try {
      for await (const { name } of Deno.readDir(`${build}/${folder}`)) {
        if (!Object.hasOwn(made[folder], name)) own[name] = null;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return strays;
}

function prefixed<T>(prefix: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [prefix + name, content]),
  );
}

const IMPORT = '#import "/functions.typ": *\n';

const MAIN = `#set document(date: none)
#import "/layout.typ": layout
#let paper = json("/build/document.json")
#set document(title: paper.title, author: paper.authors)
#show: layout.with(paper)
#include "/text.typ"
#bibliography("/references.yml", title: "References")
`;

/** The functions of a text: they look up what was resolved before. */
const FUNCTIONS = `#let values = json("/build/values.json")
#let paper = json("/build/document.json")
#let bound(name, args) = {
  let value = values.at(name + "(" + args.pos().join(", ") + ")")
  if value == none { text(fill: red, weight: "bold", "[missing]") } else { value }
}
#let num(..args) = bound("num", args)
#let setting(..args) = bound("setting", args)
#let published(..args) = bound("published", args)
#let const(..args) = bound("const", args)
#let verdict(..args) = bound("verdict", args)
#let ranking(..args) = bound("ranking", args)
#let summary(..args) = bound("summary", args)
#let fig(name) = {
  let figure-data = paper.figures.at(name)
  [#figure(
    image("/build/figures/" + name + ".svg", width: 100%),
    placement: auto,
    caption: figure-data.caption + " " + figure-data.source,
  ) #label("fig-" + name)]
}
#let tab(name) = {
  set figure(placement: auto, scope: if paper.tables.at(name).wide { "parent" } else { "column" })
  include "/build/tables/" + name + ".typ"
}
`;
