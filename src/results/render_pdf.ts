/** @file Plots as PDF, for LaTeX and print: lines stay lines, and text stays text in the plots' own font. */
import { compileTypst } from "./typst_compiler.ts";

const PAGE = `#set document(date: none)
#set page(width: auto, height: auto, margin: 0pt)
#image("/plot.svg")
`;

/**
 * Renders SVG as a PDF page of its size, with the plots' font embedded and no date: the same bytes for the same SVG, on any
 * machine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pdf = await renderPdf('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>');
 * assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
 * ```
 */
export async function renderPdf(svg: string): Promise<Uint8Array> {
  return await compileTypst({ "/main.typ": PAGE, "/plot.svg": svg }, "/main.typ");
}
