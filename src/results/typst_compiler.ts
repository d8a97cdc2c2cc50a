/** @file Typst documents as PDF, by the compiler's WebAssembly: no part of the machine has a say in the bytes. */
import type { TypstCompiler } from "@myriaddreamin/typst-ts-web-compiler";
import { createRequire } from "node:module";
import { InputError } from "../errors.ts";
import { documentFonts, fontFiles } from "./font.ts";

/** How the compiler says what is wrong: a line each, with file, line and column. */
const DIAGNOSTICS = 2;

/** What the compiler answers. */
interface Answer {
  readonly result?: Uint8Array;
  readonly diagnostics?: readonly string[];
}

let loaded: Promise<TypstCompiler> | undefined;

/** The compiler with the fonts of plots and papers; both are read once. */
function load(): Promise<TypstCompiler> {
  return loaded ??= (async () => {
    const { default: start, TypstCompilerBuilder } = await import(
      "@myriaddreamin/typst-ts-web-compiler"
    );
    const { resolve } = createRequire(import.meta.url);
    const wasm = await Deno.readFile(resolve("@myriaddreamin/typst-ts-web-compiler/wasm"));
    await start({ module_or_path: wasm });
    const builder = new TypstCompilerBuilder();
    // It sees no file but those that it is given.
    builder.set_dummy_access_model();
    const { regular, bold } = fontFiles();
    for (const path of [regular, bold, ...documentFonts()]) {
      await builder.add_raw_font(await Deno.readFile(path));
    }
    return await builder.build();
  })();
}

/**
 * Compiles a Typst document. The same files give the same bytes, on any machine: fonts are those of this package, and no
 * date is written where the document says `#set document(date: none)`.
 *
 * @param files Contents by absolute path, e.g. `/main.typ`; the document sees no others.
 * @param main Path of the file to begin with.
 * @throws {InputError} with what the compiler says, a line each, with file, line and column.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const pdf = await compileTypst({ "/main.typ": "#set document(date: none)\nHello" }, "/main.typ");
 * assertEquals(new TextDecoder().decode(pdf.subarray(0, 5)), "%PDF-");
 * ```
 */
export async function compileTypst(
  files: Readonly<Record<string, string | Uint8Array>>,
  main: string,
): Promise<Uint8Array> {
  const compiler = await load();
  compiler.reset();
  compiler.reset_shadow();
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === "string" && path.endsWith(".typ")) compiler.add_source(path, content);
    else {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      compiler.map_shadow(path, bytes);
    }
  }
  const { result, diagnostics = [] }: Answer = compiler.compile(
    main,
    undefined,
    "pdf",
    DIAGNOSTICS,
  );
  if (result === undefined || diagnostics.length > 0) {
    throw new InputError(`Typst: ${diagnostics.join("\n") || "no document came of it"}`);
  }
  return result;
}
