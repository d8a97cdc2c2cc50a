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
    if (!(error instanceof OrtError)) throw error;
    // In front of what was found stands which of the runtime's own conditions did not hold.
    const said = error.message.trim().split("\n")[0]!.split(" was false. ").at(-1)!;
    throw new InputError(
      `device: found "gpu"; expected "cpu": no GPU can be used through ${provider}: ${said}`,
      { cause: error },
    );
  }
}
