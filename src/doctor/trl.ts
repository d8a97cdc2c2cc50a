/** @file Whether jobs of Hugging Face TRL can be run here. */
import { TRL_PACKAGES } from "../experiment/trl_packages.ts";
import { gpuModels } from "../runs/hardware.ts";
import { findPython, installCommand, probePython } from "../trainers/jobs/python.ts";
import type { Diagnosis, Finding } from "./finding.ts";

/** Looks for Python and the pinned packages, and at what they could run on. */
export async function diagnoseTrl(): Promise<Diagnosis> {
  const python = await probePython(findPython("trl"), Object.keys(TRL_PACKAGES));
  const there = python.version !== null;
  const packages = Object.entries(TRL_PACKAGES).map(([what, version]): Finding => {
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
    // None is no fault: jobs run on processors too.
    { what: "GPUs", found: gpus.length > 0 ? gpus.join(", ") : "none: on CPU", fault: null },
  ];
  const broken = findings.some(({ fault }) => fault !== null);
  return { engine: "trl", findings, install: broken ? [installCommand("trl", TRL_PACKAGES)] : [] };
}
