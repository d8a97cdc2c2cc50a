/** @file Which GPU is used, and through what. */
import { InputError } from "../errors.ts";
import { Device } from "./device.ts";
import { LIBRARY_VARIABLE } from "./ort/library.ts";
import { OrtError, type Provider } from "./ort/ort.ts";

/**
 * The provider for GPUs: CUDA where an environment variable names a library of the user's own, as NVIDIA's official builds of ONNX Runtime
 * are, and WebGPU, which the package's library has, elsewhere.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(["webgpu", "cuda"].includes(gpuProvider()));
 * ```
 */
export function gpuProvider(): Exclude<Provider, "cpu"> {
  return Deno.env.get(LIBRARY_VARIABLE) === undefined ? "webgpu" : "cuda";
}

/** What makes a GPU visible to each provider. */
export const GPU_NEEDS: Readonly<Record<Exclude<Provider, "cpu">, string>> = {
  webgpu: "a driver for Vulkan, Metal or Direct3D 12",
  cuda: "NVIDIA's driver, CUDA and cuDNN, and the provider's library beside the named one",
};

/** What the runtime says of a GPU that it cannot use. */
function reasonOf(error: unknown): string {
  if (!(error instanceof OrtError)) throw error;
  // In front of what was found stands which of the runtime's own conditions did not hold.
  return error.message.trim().split("\n")[0]!.split(" was false. ").at(-1)!;
}

/**
 * Why no GPU can be used, as the provider says it; null where one can.
 *
 * @example
 * ```ts
 * console.log(gpuFault() ?? "usable");
 * ```
 */
export function gpuFault(): string | null {
  try {
    using _device = new Device(gpuProvider());
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/**
 * Opens the first GPU.
 *
 * @throws {InputError} where there is none that the provider can use, saying what the provider says.
 *
 * @example
 * ```ts
 * import { assertInstanceOf } from "@std/assert";
 * import { InputError } from "../errors.ts";
 *
 * try {
 *   using gpu = openGpu();
 *   console.log(gpu.provider);
 * } catch (error) {
 *   assertInstanceOf(error, InputError); // there is no GPU
 * }
 * ```
 */
export function openGpu(): Device {
  const provider = gpuProvider();
  try {
    return new Device(provider);
  } catch (error) {
    throw new InputError(
      `device: found "gpu"; expected "cpu": no GPU can be used through ${provider}: ${
        reasonOf(error)
      }`,
      { cause: error },
    );
  }
}
