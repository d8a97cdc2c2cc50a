/** @file Whether the embedded engine can be used. */
import { EXECUTION_PROVIDER, loadedVersion } from "../engine/ort/loaded_version.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Looks for what the embedded engine needs: Deno, and the library that it computes with. */
export function diagnoseEmbedded(): Diagnosis {
  const deno: Finding = { what: "deno", found: Deno.version.deno, fault: null };
  try {
    const found = `${loadedVersion()}, ${EXECUTION_PROVIDER}`;
    return {
      engine: "embedded",
      findings: [deno, { what: "ONNX Runtime", found, fault: null }],
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
