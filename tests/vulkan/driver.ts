/** @file Mesa's software Vulkan driver (lavapipe), for tests of what runs on a GPU. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where `deno task vulkan` unpacks the driver, outside of the repository. */
export const FOLDER: string = join(
  Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"),
  "stepwise",
  "vulkan",
);

/** Written when everything is unpacked: the loader's description of the driver. */
export const MANIFEST: string = join(FOLDER, "lavapipe.json");

/** Folder of the unpacked libraries. */
export const LIBRARIES: string = join(FOLDER, "usr", "lib", "x86_64-linux-gnu");

/** Why tests on software Vulkan are skipped; null where they run. */
export const WITHOUT_VULKAN: string | null = existsSync(MANIFEST)
  ? null
  : "no software Vulkan: `deno task vulkan` has not installed it";

/**
 * Makes this process use the driver. The runtime opens the Vulkan loader by its name, and gets the one that is open already:
 * no variable of the system's own loader has to be set before the process starts.
 */
export function useSoftwareVulkan(): void {
  Deno.env.set("VK_DRIVER_FILES", MANIFEST);
  // The driver's own library first, or the system's older one would be found.
  for (const name of ["libdrm.so.2", "libdrm_amdgpu.so.1", "libvulkan.so.1"]) {
    Deno.dlopen(join(LIBRARIES, name), {});
  }
}
