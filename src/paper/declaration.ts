/** @file What a paper is made of: its text, and the experiments, figures, tables, comparisons and constants that the text names. */
import { advice } from "./advice.ts";
import { figuresIn } from "./scan_text.ts";
import type { PaperResults } from "./experiment_results.ts";
import { InputError } from "../errors.ts";
import type { VegaLiteSpec } from "../results/plot_theme.ts";
import type { LaidOutTable } from "./paper_table.ts";
import type { ComparisonFamily, TestedFamily } from "./comparisons.ts";

/** What a figure or table is made from, by the names that the paper gives. */
export interface PaperSources {
  /**
   * Results of one experiment, arms by the paper's names for them.
   *
   * @throws {InputError} for one that is not in the figure's or table's `from`.
   */
  results(experiment: string): PaperResults;
  /**
   * The tests of one comparison, arms by the paper's names.
   *
   * @throws {InputError} for one that the paper does not declare.
   */
  tests(comparison: string): TestedFamily;
}

/** One figure. */
export interface PaperFigure {
  /** Experiments that it is made from. */
  readonly from: readonly string[];
  /** What it shows. It names no figure: those would not follow the results. */
  readonly caption: string;
  /** Its plot. */
  readonly plot: (sources: PaperSources) => VegaLiteSpec | null;
}

/** One table. */
export interface PaperTableDeclaration {
  /** Experiments that it is made from. */
  readonly from: readonly string[];
  /** What it shows, without figures. */
  readonly caption: string;
  /** Its rows and columns. */
  readonly make: (sources: PaperSources) => LaidOutTable;
  /** Whether it spans both columns of a page. Default false. */
  readonly wide?: boolean;
}

/** A number of the text that no result decides. */
export interface PaperConstant {
  /** As the text shows it. */
  readonly value: string;
  /** Where it is from, or why it does not depend on results. */
  readonly source: string;
}

/** A paper, as declared. */
export interface PaperDeclaration {
  /** Title. */
  readonly title: string;
  /** Who wrote it. */
  readonly authors: readonly string[];
  /** Typst text, in the folder of the paper's file. Also the PDF's name. */
  readonly text: string;
  /** Typst file with a function `layout(paper, body)`, in the same folder. */
  readonly layout: string;
  /** Bibliography (Hayagriva YAML), in the same folder. */
  readonly references: string;
  /** Experiment files by the names that the text uses, as `deno task experiment` takes them. */
  readonly experiments: Readonly<Record<string, string>>;
  /** How text, figures and tables call arms, where not by the names that experiments give them. */
  readonly arms: Readonly<Record<string, string>>;
  /** Figures by name. */
  readonly figures: Readonly<Record<string, PaperFigure>>;
  /** Tables by name. */
  readonly tables: Readonly<Record<string, PaperTableDeclaration>>;
  /** Families of paired tests by name. */
  readonly comparisons: Readonly<Record<string, ComparisonFamily>>;
  /** Numbers that no result decides, by name. */
  readonly constants: Readonly<Record<string, PaperConstant>>;
}

/** The same for every copy of this package: a paper's file may import another one. */
const MARK = Symbol.for("stepwise.paper");

/**
 * Declares a paper. `deno task paper FILE` makes it.
 *
 * @throws {InputError} where a figure, table or comparison is made from an experiment that the paper does not name, and for a
 * caption with a digit.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const files = { text: "p.typ", layout: "layout.typ", references: "references.yml" };
 * const empty = { figures: {}, tables: {}, constants: {}, arms: {} };
 * const comparisons = { main: { of: "mian", columns: ["hard greedy"], pairs: [] } };
 * const experiments = { main: "experiments/quickstart.ts" };
 * assertThrows(
 *   () => paper({ title: "P", authors: [], ...files, ...empty, experiments, comparisons }),
 *   Error,
 *   'comparisons.main.of: found "mian"; did you mean "main"?',
 * );
 * ```
 */
export function paper(declaration: PaperDeclaration): PaperDeclaration {
  const { experiments, figures, tables, comparisons } = declaration;
  const known = Object.keys(experiments);
  const require = (name: string, field: string) => {
    if (known.includes(name)) return;
    throw new InputError(`${field}: found ${JSON.stringify(name)}; ${advice(name, known)}`);
  };
  const parts: Record<string, Readonly<Record<string, Pick<PaperFigure, "from" | "caption">>>> = {
    figures,
    tables,
  };
  for (const [kind, all] of Object.entries(parts)) {
    for (const [name, { from, caption }] of Object.entries(all)) {
      from.forEach((one, i) => require(one, `${kind}.${name}.from[${i}]`));
      const [figure] = figuresIn(caption, Object.values(declaration.arms));
      if (figure === undefined) continue;
      throw new InputError(
        `${kind}.${name}.caption: found "${figure}"; expected no figure, for no result decides it`,
      );
    }
  }
  for (const [name, { of }] of Object.entries(comparisons)) require(of, `comparisons.${name}.of`);
  return Object.freeze(Object.defineProperty({ ...declaration }, MARK, { value: true }));
}

/** Whether a value is what {@link paper} returned. */
export function isPaper(value: unknown): value is PaperDeclaration {
  return typeof value === "object" && value !== null && MARK in value;
}
