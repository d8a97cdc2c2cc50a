/** @file Keeping a library in memory until the process has ended. */

/** Resolve every symbol at once; the same number on Linux and macOS. */
const RTLD_NOW = 2;

/**
 * Opens a library once more than anybody closes it, so that it is never unloaded. Deno closes what `Deno.dlopen` opened when the
 * thread that did so ends, be it by an error that nobody caught; other threads, and those that the library started itself,
 * may be running its code at that moment.
 *
 * @param path Absolute path of a library that can be opened.
 * @throws {Error} where it cannot be opened after all.
 *
 * @example
 * ```ts
 * import { libraryPath } from "./library.ts";
 *
 * pinLibrary(libraryPath());
 * ```
 */
export function pinLibrary(path: string): void {
  if (!OPENERS[Deno.build.os === "windows" ? "windows" : "posix"](path)) {
    throw new Error(`${path}: the system's loader cannot open it`);
  }
}

/** Both say whether the library could be opened, and neither closes it. */
const OPENERS = {
  windows(path: string): boolean {
    using kernel = opened("kernel32.dll", {
      LoadLibraryW: { parameters: ["buffer"], result: "pointer" },
    });
    const text = `${path}\0`;
    const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    return kernel.symbols.LoadLibraryW(units) !== null;
  },
  posix(path: string): boolean {
    // On Linux the C library has had `dlopen` itself since glibc 2.34; this name leads to it in either case.
    using loader = opened(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libdl.so.2", {
      dlopen: { parameters: ["buffer", "i32"], result: "pointer" },
    });
    return loader.symbols.dlopen(new TextEncoder().encode(`${path}\0`), RTLD_NOW) !== null;
  },
};

/** A library that is closed at the end of the block. */
function opened<const S extends Deno.ForeignLibraryInterface>(name: string, symbols: S) {
  const library = Deno.dlopen(name, symbols);
  return { symbols: library.symbols, [Symbol.dispose]: () => library.close() };
}
