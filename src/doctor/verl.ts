/** @file Whether jobs of verl can be run here. */
import { FLASH_ATTENTION, VERL_PACKAGES } from "../experiment/verl_packages.ts";
import { gpuModels } from "../runs/hardware.ts";
import { findPython, installCommand, probePython } from "../trainers/jobs/python.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Looks for Python, the pinned packages and GPUs: vLLM samples on nothing else. */
export async function diagnoseVerl(): Promise<Diagnosis> {
  const flash = "flash-attn";
  const python = await probePython(findPython("verl"), [
    ...Object.keys(VERL_PACKAGES),
    ...[flash, "ray"],
  ]);
  const there = python.version !== null;
  const packages = Object.entries(VERL_PACKAGES).map(([what, version]): Finding => {
    const found = python.packages[what] ?? null;
    return { what, found, fault: found === version ? null : `expected ${version}` };
  });
  const gpus = await gpuModels();
  const findings: Finding[] = [
    {
      what: "python",
      found: there ? `${python.version} (${python.program})` : null,
      fault: there ? null : `${python.program} cannot be run: ${python.why}`,
    },
    ...packages,
    {
      what: "ray",
      found: python.packages["ray"] ?? null,
      fault: python.packages["ray"] ? null : "expected any version: verl brings it",
    },
    // Needed by one of two attentions.
    { what: flash, found: python.packages[flash] ?? 'none: attention: "sdpa"', fault: null },
    {
      what: "GPUs",
      found: gpus.length > 0 ? gpus.join(", ") : null,
      fault: gpus.length > 0 ? null : "expected one here, or on a Ray cluster (ray: {…})",
    },
  ];
  const missing = packages.some(({ fault }) => fault !== null) || !there;
  const install = missing
    ? [
      installCommand("verl", VERL_PACKAGES),
      `.stepwise/python-verl/bin/pip install flash-attn==${FLASH_ATTENTION} --no-build-isolation (for attention: "flash_attention_2")`,
    ]
    : [];
  return { engine: "verl", findings, install };
}
