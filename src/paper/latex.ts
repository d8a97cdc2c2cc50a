/** @file A LaTeX document that has every figure and table of a paper: what LaTeX users copy from. */
import { latexText } from "../results/render_latex.ts";
import type { PaperDeclaration } from "./declaration.ts";

/**
 * A document to be compiled in the build folder, e.g. by `pdflatex sample.tex`.
 *
 * @param source Says where something is from.
 */
export function latexSample(
  { title, figures, tables }: Pick<PaperDeclaration, "title" | "figures" | "tables">,
  source: (from: readonly string[]) => string,
): string {
  const pictures = Object.entries(figures).map(([name, { caption, from }]) =>
    [
      "\\begin{figure}",
      "  \\centering",
      `  \\includegraphics[width=\\linewidth]{figures/${name}.pdf}`,
      `  \\caption{${latexText(`${caption} ${source(from)}`)}}`,
      `  \\label{fig:${name}}`,
      "\\end{figure}",
    ].join("\n")
  );
  return [
    "\\documentclass[twocolumn]{article}",
    "\\usepackage[T1]{fontenc}",
    "\\usepackage[utf8]{inputenc}",
    "\\usepackage{booktabs}",
    "\\usepackage{graphicx}",
    "\\begin{document}",
    `\\section*{${latexText(title)}: figures and tables}`,
    ...Object.keys(tables).map((name) => `\\input{tables/${name}.tex}`),
    ...pictures,
    "\\end{document}",
    "",
  ].join("\n");
}
