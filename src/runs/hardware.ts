/** @file Names of the processors that results were computed on. */
import { cpus } from "node:os";

/**
 * The processor's model; `unknown` where the system does not tell.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(cpuModel().length > 0, true);
 * ```
 */
export function cpuModel(): string {
  return cpus()[0]?.model.trim() || "unknown";
}

/**
 * Models of the graphics processors that the system's NVIDIA driver knows, in the driver's order; none without that driver. Read
 * from its files, so that nothing has to be started or installed.
 *
 * @param root Folder in which the driver has a folder with a file `information` for each device.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.mkdir(`${root}/0000:01:00.0`);
 * await Deno.writeTextFile(`${root}/0000:01:00.0/information`, "Model: \t\t A Card\nIRQ: 7\n");
 * assertEquals(await gpuModels(root), ["A Card"]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export async function gpuModels(root = "/proc/driver/nvidia/gpus"): Promise<string[]> {
  let names: string[];
  try {
    names = await Array.fromAsync(Deno.readDir(root), ({ name }) => name);
  } catch {
    return []; // No driver of that kind: nothing could have been computed on it.
  }
  return await Promise.all(
    names.sort().map(async (name) => {
      const text = await Deno.readTextFile(`${root}/${name}/information`).catch(() => "");
      const line = text.split("\n").find((line) => line.startsWith("Model:"));
      return line?.slice("Model:".length).trim() || "unknown";
    }),
  );
}
