/** @file Plots as PDF, for LaTeX and print: lines stay lines, and text stays text in the plots' own font. */
import { Buffer } from "node:buffer";
import { fontFiles } from "./font.ts";

/** The folder that the compiler is told of. Nothing is read from it: what it needs is handed over. */
const NOWHERE = "/plot";

/**
 * Renders SVG as a PDF page of its size, with the plots' font embedded and the date of 1970. The same SVG gives the same
 * picture, but not always the same bytes: the compiler numbers a PDF's parts differently from process to process.
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
  const { NodeCompiler } = await import("@myriaddreamin/typst-ts-node-compiler");
  const { regular, bold } = fontFiles();
  const fontBlobs = await Promise.all(
    [regular, bold].map(async (path) => Buffer.from(await Deno.readFile(path))),
  );
  const compiler = NodeCompiler.create({ workspace: NOWHERE, fontArgs: [{ fontBlobs }] });
  compiler.mapShadow(`${NOWHERE}/plot.svg`, Buffer.from(svg));
  const mainFileContent =
    '#set page(width: auto, height: auto, margin: 0pt)\n#image("/plot.svg")\n';
  return new Uint8Array(compiler.pdf({ mainFileContent }, { creationTimestamp: 0 }));
}
