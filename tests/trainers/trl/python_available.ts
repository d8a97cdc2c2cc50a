/** @file Whether jobs of TRL can be run here: what the live tests need. */
import { TRL_PACKAGES } from "../../../src/experiment/trl_packages.ts";
import {
  findPython,
  packageFaults,
  probePython,
  PYTHONS,
} from "../../../src/trainers/jobs/python.ts";
import { environment, PYTHON } from "../../python/environment.ts";

// Jobs inherit it: the environment of `deno task python` has all of their packages.
if (PYTHON === environment().interpreter) Deno.env.set(PYTHONS.trl.variable, PYTHON);

/** Why live tests are skipped; null where they are not. */
async function whySkipped(): Promise<string | null> {
  const found = await probePython(findPython("trl"), Object.keys(TRL_PACKAGES));
  if (found.version === null) return `${found.program}: ${found.why}`;
  return packageFaults(found.packages, TRL_PACKAGES).join("; ") || null;
}

/** Options of a live test: its name says why it is skipped. */
export async function live(name: string): Promise<{ name: string; ignore: boolean }> {
  const why = await whySkipped();
  return { name: why === null ? name : `${name} (skipped: ${why})`, ignore: why !== null };
}
