/** @file Whether the embedded engine can be used. */
import { adapterText, findAdapter } from "../engine/adapter.ts";
import { GPU_NEEDS, gpuFault, gpuProvider } from "../engine/gpu.ts";
import { EXECUTION_PROVIDER, loadedVersion } from "../engine/ort/loaded_version.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Looks for what the embedded engine needs: Deno, and the library that it computes with; and for a GPU, which it can use. */
export async function diagnoseEmbedded(): Promise<Diagnosis> {
  const deno: Finding = { what: "deno", found: Deno.version.deno, fault: null };
  try {
    const found = `${loadedVersion()}, ${EXECUTION_PROVIDER}`;
    return {
      engine: "embedded",
      findings: [deno, { what: "ONNX Runtime", found, fault: null }, ...await gpu()],
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

/** None is no fault: stages run on the processor unless they say otherwise. */
async function gpu(): Promise<Finding[]> {
  const [provider, fault] = [gpuProvider(), gpuFault()];
  const found = fault === null
    ? `usable, through ${provider}`
    : `none: on CPU; device: "gpu" needs ${GPU_NEEDS[provider]} (${fault})`;
  const adapter = await findAdapter();
  return [
    { what: "GPU", found, fault: null },
    { what: "driver", found: adapter ? adapterText(adapter) : "none offers a GPU", fault: null },
  ];
}
