/** @file Which Python the comparisons with reference implementations run in. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** What is installed. */
export const REQUIREMENTS: string = new URL("./requirements.txt", import.meta.url).pathname;

/** A Python environment. */
export interface Environment {
  /** Its folder, named after what is installed: another list is another folder. */
  readonly folder: string;
  /** Its interpreter. */
  readonly interpreter: string;
  /** Written when everything is installed. */
  readonly marker: string;
}

/** The environment that `deno task python` makes, whether it is there or not. */
export function environment(): Environment {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  const hash = createHash("sha256").update(Deno.readTextFileSync(REQUIREMENTS)).digest("hex");
  const folder = join(cache, "stepwise", `python-${hash.slice(0, 12)}`);
  const interpreter = Deno.build.os === "windows"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python");
  return { folder, interpreter, marker: join(folder, "complete") };
}

/** The interpreter: `STEPWISE_PYTHON`, or that of the environment where it is whole, or `python3`. */
export const PYTHON: string = Deno.env.get("STEPWISE_PYTHON") ?? made() ?? "python3";

/** A program that the environment's packages brought, e.g. `mlflow`; null where the environment is not whole. */
export function program(name: string): string | null {
  const python = made();
  return python === null ? null : join(dirname(python), name);
}

function made(): string | null {
  const { interpreter, marker } = environment();
  return existsSync(marker) ? interpreter : null;
}
