/** @file Where the ONNX Runtime library is. */
import ortPackage from "onnxruntime-node/package.json" with { type: "json" };
import { fileURLToPath } from "node:url";
import { InputError } from "../../errors.ts";

/** Version of the `onnxruntime-node` package, and so of the library in it. */
export const ORT_VERSION: string = ortPackage.version;

/** Environment variable that names another build of the library, e.g. an official GPU build. */
export const LIBRARY_VARIABLE = "STEPWISE_ORT_LIBRARY";

/**
 * Path of the ONNX Runtime library: the file that {@link LIBRARY_VARIABLE} names, or else the one inside the resolved
 * `onnxruntime-node` package for this operating system and processor.
 *
 * @throws {InputError} where neither is there.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(Deno.statSync(libraryPath()).isFile);
 * ```
 */
export function libraryPath(): string {
  const chosen = Deno.env.get(LIBRARY_VARIABLE);
  const path = chosen ?? packagedLibrary();
  try {
    Deno.statSync(path);
  } catch (cause) {
    const source = chosen === undefined ? "onnxruntime-node" : LIBRARY_VARIABLE;
    throw new InputError(`${source}: no ONNX Runtime library at ${path}`, { cause });
  }
  return path;
}

function packagedLibrary(): string {
  const folders: Record<string, string> = { linux: "linux", darwin: "darwin", windows: "win32" };
  const processors: Record<string, string> = { x86_64: "x64", aarch64: "arm64" };
  const { os, arch } = Deno.build;
  const folder = folders[os];
  const processor = processors[arch];
  if (!folder || !processor) {
    throw new InputError(
      `onnxruntime-node has no library for ${os} on ${arch}: set ${LIBRARY_VARIABLE} to a build of your own`,
    );
  }
  const file = {
    linux: "libonnxruntime.so.1",
    darwin: `libonnxruntime.${ORT_VERSION}.dylib`,
    win32: "onnxruntime.dll",
  }[folder];
  const root = import.meta.resolve("onnxruntime-node/package.json");
  return fileURLToPath(new URL(`./bin/napi-v6/${folder}/${processor}/${file}`, root));
}
