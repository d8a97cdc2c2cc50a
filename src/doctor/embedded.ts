/** @file Whether the embedded engine can be used. */
import { gpuProvider, openGpu } from "../engine/gpu.ts";
import { EXECUTION_PROVIDER, loadedVersion } from "../engine/ort/loaded_version.ts";
import { InputError } from "../errors.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Looks for what the embedded engine needs: Deno, and the library that it computes with; and for a GPU, which it can use. */
export function diagnoseEmbedded(): Diagnosis {
  const deno: Finding = { what: "deno", found: Deno.version.deno, fault: null };
  try {
    const found = `${loadedVersion()}, ${EXECUTION_PROVIDER}`;
    return {
      engine: "embedded",
      findings: [deno, { what: "ONNX Runtime", found, fault: null }, gpu()],
      install: [],
    };
  } catch (error) {
    const fault = (error as Error).message;
    return {
      engine: "embedded",
      findings: [deno, { what: "ONNX Runtime", found: null, fault }],
      install: ["deno install"],
    };
  }
}

/** What makes a GPU visible to the provider. */
const NEEDED = {
  webgpu: "a driver for Vulkan, Metal or Direct3D 12",
  cuda: "NVIDIA's driver, CUDA and cuDNN, and the provider's library beside the named one",
};

/** None is no fault: stages run on the processor unless they say otherwise. */
function gpu(): Finding {
  const provider = gpuProvider();
  try {
    using device = openGpu();
    return { what: "GPU", found: `usable, through ${device.provider}`, fault: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const found = `none: on CPU; device: "gpu" needs ${NEEDED[provider]} (${
      error.message.split(": ").at(-1)
    })`;
    return { what: "GPU", found, fault: null };
  }
}
