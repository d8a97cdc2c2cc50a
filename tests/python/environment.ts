/** @file Which Pythons the comparisons with reference implementations, and the tests of distributed engines, run in. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** What is installed in the first environment, and what besides in the second, for verl. */
const REQUIREMENTS = {
  all: ["requirements.txt"],
  verl: ["requirements.txt", "verl_requirements.txt"],
} as const;

/** A Python environment. */
export interface Environment {
  /** Its folder, named after what is installed: another list is another folder. */
  readonly folder: string;
  /** Its interpreter. */
  readonly interpreter: string;
  /** The list that is installed into it. */
  readonly requirements: string;
  /** Written when everything is installed. */
  readonly marker: string;
}

/** An environment that `deno task python` makes, whether it is there or not. That for `verl` sees the packages of the other, too. */
export function environment(which: keyof typeof REQUIREMENTS = "all"): Environment {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  const lists = REQUIREMENTS[which].map((name) => new URL(name, import.meta.url).pathname);
  const hash = createHash("sha256");
  for (const list of lists) hash.update(Deno.readTextFileSync(list));
  const prefix = which === "all" ? "python" : `python-${which}`;
  const folder = join(cache, "stepwise", `${prefix}-${hash.digest("hex").slice(0, 12)}`);
  const interpreter = Deno.build.os === "windows"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python");
  return { folder, interpreter, requirements: lists.at(-1)!, marker: join(folder, "complete") };
}

/** The interpreter: `STEPWISE_PYTHON`, or that of the environment where it is whole, or `python3`. */
export const PYTHON: string = Deno.env.get("STEPWISE_PYTHON") ?? made() ?? "python3";

/** The interpreter that has verl; null where its environment is not whole. */
export const VERL_PYTHON: string | null = made("verl");

/** A program that the environment's packages brought, e.g. `mlflow`; null where the environment is not whole. */
export function program(name: string): string | null {
  const python = made();
  return python === null ? null : join(dirname(python), name);
}

function made(which: keyof typeof REQUIREMENTS = "all"): string | null {
  const { interpreter, marker } = environment(which);
  return existsSync(marker) ? interpreter : null;
}
