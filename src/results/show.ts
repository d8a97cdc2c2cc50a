/** @file Tables and plots as a notebook shows them. */
import type { ColumnTable } from "arquero";
import { InputError } from "../errors.ts";
import { displayWidth, padEnd, safeLine } from "./glyphs.ts";
import { html } from "./html_text.ts";
import { PLOT_CONFIG, type VegaLiteSpec } from "./plot_theme.ts";
import { htmlParts } from "./render_html.ts";
import { renderPng, renderSvg } from "./render_plot.ts";
import { renderTerminal } from "./render_terminal.ts";
import type { ResultTable } from "./table.ts";
import type { LayoutOptions } from "./table_layout.ts";

/** Mime types and what there is of each. A front end shows the richest that it knows. */
export type Displayed = Readonly<Record<string, unknown>>;

/** The method by which the Deno kernel asks a value how it is displayed. */
const DISPLAY = Symbol.for("Jupyter.display");

/** What the Deno kernel shows richly as the value of a cell. */
export interface Shown {
  /** Under `Symbol.for("Jupyter.display")`, what makes the value's forms. */
  readonly [display: symbol]: () => Promise<Displayed>;
}

/** How a table is shown. */
export interface ShowOptions extends LayoutOptions {
  /** Rows of an arquero table that are shown; how many there are is said beside it. Default 20: a screenful. */
  readonly limit?: number;
}

/**
 * Makes a cell of a notebook show something: write it as the cell's last expression, or display it before with
 * `Deno.jupyter.display`.
 *
 * - A comparison (`ResultTable`): an HTML table, and plain text.
 * - An arquero table: an HTML table of its first rows, and plain text.
 * - A plot: its Vega-Lite spec, which JupyterLab and VS Code draw, and a PNG for pages that run no scripts, GitHub among
 *   them. There is no SVG: GitHub's pages prefer it and show it wrongly.
 *
 * Text in tables is shown as it is, never as HTML.
 *
 * @throws {InputError} for anything else, and for a limit that is no number of rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { table } from "arquero";
 *
 * const bundle = await show(table({ arm: ["srl"], mean: [0.5] }))[Symbol.for("Jupyter.display")]!();
 * assertEquals(bundle["text/plain"], "arm  mean\n─────────\nsrl   0.5\n");
 * ```
 */
export function show(
  value: ResultTable | ColumnTable | VegaLiteSpec,
  options: ShowOptions = {},
): Shown {
  const { limit = 20, ...layout } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new InputError(`limit: found ${limit}; expected a whole number from 1`);
  }
  return { [DISPLAY]: bundleOf(value, limit, layout) };
}

function bundleOf(value: unknown, limit: number, layout: LayoutOptions): () => Promise<Displayed> {
  if (isRows(value)) return () => Promise.resolve(showRows(value, limit));
  if (isComparison(value)) {
    return () =>
      Promise.resolve({
        "text/html": showComparison(value, layout),
        "text/plain": renderTerminal(value, { color: false, ...layout }),
      });
  }
  if (isSpec(value)) return () => showPlot(value);
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
  throw new InputError(
    `show: found ${found}; expected a comparison, an arquero table or a plot's spec`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** By what it can do: a notebook may have loaded a copy of arquero of its own. */
function isRows(value: unknown): value is ColumnTable {
  return isObject(value) && typeof value.columnNames === "function" &&
    typeof value.numRows === "function" && typeof value.objects === "function";
}

function isComparison(value: unknown): value is ResultTable {
  return isObject(value) && Array.isArray(value.cells) && Array.isArray(value.arms);
}

/** Keys of which a Vega-Lite spec has one. */
const VIEWS = ["mark", "layer", "facet", "repeat", "concat", "hconcat", "vconcat"] as const;

function isSpec(value: unknown): value is VegaLiteSpec {
  return isObject(value) && VIEWS.some((key) => key in value);
}

/**
 * The newest mime type that JupyterLab 4 and VS Code draw. Both tell by it alone that it is Vega-Lite; what our specs use of
 * version 6 is in version 5 too.
 */
const VEGA_LITE = "application/vnd.vegalite.v5+json";

async function showPlot(spec: VegaLiteSpec): Promise<Displayed> {
  const png = await renderPng(await renderSvg(spec), { zoom: 2 });
  return {
    [VEGA_LITE]: {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      ...spec,
      config: { ...PLOT_CONFIG, ...spec.config },
    },
    "image/png": png.toBase64(),
    "text/plain": "[plot]",
  };
}

/** The caption stands below, as wide as the page: figures come first. */
function showComparison(table: ResultTable, layout: LayoutOptions): string {
  const { caption, rows } = htmlParts(table, layout);
  return ["<table>", ...rows, "</table>", `<p>${caption}</p>`, ""].join("\n");
}

function showRows(table: ColumnTable, limit: number): Displayed {
  const names = table.columnNames();
  const shown = table.objects({ limit }) as Readonly<Record<string, unknown>>[];
  const numeric = names.map((name) => shown.some((row) => typeof row[name] === "number"));
  const cells = shown.map((row) => names.map((name) => cellText(row[name])));
  const more = table.numRows() - shown.length;
  const note = more > 0 ? `${shown.length} of ${table.numRows()} rows` : "";
  return { "text/html": rowsHtml(), "text/plain": rowsText() };

  function rowsHtml(): string {
    // Said of both kinds: Jupyter sets cells to the right, GitHub to the left.
    const style = (column: number) => ` style="text-align:${numeric[column] ? "right" : "left"}"`;
    const head = names.map((name, i) => `<th scope="col"${style(i)}>${html(name)}</th>`).join("");
    const body = cells.map((row) =>
      `<tr>${row.map((text, i) => `<td${style(i)}>${html(text)}</td>`).join("")}</tr>`
    );
    const caption = note === "" ? [] : [`<caption>${note}</caption>`];
    return ["<table>", ...caption, `<thead><tr>${head}</tr></thead>`, "<tbody>", ...body]
      .concat("</tbody>", "</table>", "").join("\n");
  }

  function rowsText(): string {
    const texts = [names, ...cells].map((row) => row.map(safeLine));
    const widths = names.map((_, i) => Math.max(...texts.map((row) => displayWidth(row[i]!))));
    const lines = texts.map((row) =>
      row.map((text, i) => {
        const space = " ".repeat(widths[i]! - displayWidth(text));
        return numeric[i] ? space + text : padEnd(text, widths[i]!);
      }).join("  ").trimEnd()
    );
    const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
    return [lines[0]!, rule, ...lines.slice(1), ...note === "" ? [] : [note], ""].join("\n");
  }
}

/** Characters of a cell that are shown: a completion may be long. */
const LONGEST = 200;

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  // Four digits: more than any of our figures is good for.
  const text = typeof value === "number" && !Number.isInteger(value)
    ? String(Number(value.toPrecision(4)))
    : typeof value === "object"
    ? JSON.stringify(value)
    : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}
