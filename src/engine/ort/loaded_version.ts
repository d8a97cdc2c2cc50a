/** @file What version of ONNX Runtime computes. */
import { libraryPath } from "./library.ts";
import { pinLibrary } from "./pin_library.ts";

/** The provider of ONNX Runtime that every session runs on but those of updates that a stage asks a GPU for. */
export const EXECUTION_PROVIDER = "CPUExecutionProvider";

/**
 * Version that the ONNX Runtime library says of itself: where an environment variable names another build, not the package's.
 *
 * @throws {InputError} where there is no library.
 *
 * @example
 * ```ts
 * import { assertMatch } from "@std/assert";
 *
 * assertMatch(loadedVersion(), /^1\.\d+\.\d+/);
 * ```
 */
export function loadedVersion(): string {
  const path = libraryPath();
  // A stage of this process may be running its code when this call closes it.
  pinLibrary(path);
  const library = Deno.dlopen(path, {
    OrtGetApiBase: { parameters: [], result: "pointer" },
  });
  try {
    // OrtApiBase has two functions: GetApi, then GetVersionString.
    const base = new Deno.UnsafePointerView(library.symbols.OrtGetApiBase()!);
    const version = new Deno.UnsafeFnPointer(
      base.getPointer<never>(8)!,
      { parameters: [], result: "pointer" } as const,
    );
    return Deno.UnsafePointerView.getCString(version.call()!);
  } finally {
    library.close();
  }
}
