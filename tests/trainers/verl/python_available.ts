/** @file Whether jobs of verl can be tried here: what the live tests need. No test needs a GPU; see `stand_in.py`. */
import { VERL_PACKAGES } from "../../../src/experiment/verl_packages.ts";
import { PYTHONS } from "../../../src/trainers/jobs/python.ts";
import { VERL_PYTHON } from "../../python/environment.ts";

/** The packages that the tests have: without vLLM, and with the PyTorch that all tests share. */
export const PACKAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(VERL_PACKAGES).filter(([name]) => name !== "vllm" && name !== "torch"),
);

if (VERL_PYTHON !== null) Deno.env.set(PYTHONS.verl.variable, VERL_PYTHON);

/** Options of a live test: its name says why it is skipped. */
export function live(name: string): { name: string; ignore: boolean } {
  const why = "`deno task python` has made no environment for verl";
  return {
    name: VERL_PYTHON === null ? `${name} (skipped: ${why})` : name,
    ignore: VERL_PYTHON === null,
  };
}

/** Variables with which verl computes on processors. */
export const STAND_IN: Readonly<Record<string, string>> = {
  PYTHONPATH: new URL(".", import.meta.url).pathname,
  VERL_PLATFORM: "cpu",
  VERL_USE_EXTERNAL_MODULES: "stand_in",
  PYTHONWARNINGS: "ignore",
  OMP_NUM_THREADS: "1",
};

/** What a program says on the Python that has verl, as JSON on its last line. */
export async function ask<T>(program: string, ...args: string[]): Promise<T> {
  const { success, stdout, stderr } = await new Deno.Command(VERL_PYTHON!, {
    args: ["-c", program, ...args],
    env: STAND_IN,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr).slice(-4000));
  return JSON.parse(text.decode(stdout).trim().split("\n").at(-1)!);
}
