/** @file The Python that runs jobs: where it is, and what is installed in it. */
import { InputError } from "../../errors.ts";

/** A distributed engine: no two can share one environment, for they want other versions of transformers. */
export type PythonEngine = "trl" | "verl";

/** Where each engine's Python is. */
export const PYTHONS: Readonly<
  Record<PythonEngine, {
    /** Where `deno task doctor` says to put the packages. */
    readonly environment: string;
    /** Variable that names another Python. */
    readonly variable: string;
  }>
> = {
  trl: { environment: ".stepwise/python", variable: "STEPWISE_PYTHON" },
  verl: { environment: ".stepwise/python-verl", variable: "STEPWISE_VERL_PYTHON" },
};

/** A Python and its packages. */
export interface PythonPackages {
  /** The program. */
  readonly program: string;
  /** Its version; null where it cannot be run. */
  readonly version: string | null;
  /** Versions of the packages that were asked for, without what is behind `+`; null where one is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  /** Why it cannot be run; absent where it can. */
  readonly why?: string;
}

/** The Python to run: that which the engine's variable names, else its environment in this folder, else `python3` on the PATH. */
export function findPython(engine: PythonEngine): string {
  const { environment, variable } = PYTHONS[engine];
  const named = Deno.env.get(variable);
  if (named) return named;
  const own = `${Deno.cwd()}/${environment}/bin/python`;
  try {
    Deno.statSync(own);
    return own;
  } catch {
    return "python3"; // No environment here.
  }
}

/** Reads versions without importing anything: torch alone takes seconds. */
const PROBE = `
import json, platform, sys
from importlib import metadata
def version(name):
    try:
        return metadata.version(name).split("+")[0]
    except metadata.PackageNotFoundError:
        return None
print(json.dumps({"version": platform.python_version(), "packages": {name: version(name) for name in sys.argv[1:]}}))
`;

/**
 * What a Python has installed. Never fails: what cannot be run has no version.
 *
 * @param names Packages, as PyPI calls them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const found = await probePython("no-such-python", ["trl"]);
 * assertEquals([found.version, found.packages.trl], [null, null]);
 * ```
 */
export async function probePython(
  program: string,
  names: readonly string[],
): Promise<PythonPackages> {
  const none = Object.fromEntries(names.map((name) => [name, null]));
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: ["-c", PROBE, ...names],
      stdin: "null",
    }).output();
    if (!success) {
      const why = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
      return { program, version: null, packages: none, why };
    }
    return { program, ...JSON.parse(new TextDecoder().decode(stdout)) };
  } catch (error) {
    return { program, version: null, packages: none, why: (error as Error).message };
  }
}

/**
 * Packages that are missing, or have another version, a line each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(packageFaults({ trl: "1.0.0", torch: null }, { trl: "1.16.0", torch: "2.15.0" }), [
 *   "trl: found 1.0.0; expected 1.16.0",
 *   "torch: found none; expected 2.15.0",
 * ]);
 * ```
 */
export function packageFaults(
  found: Readonly<Record<string, string | null>>,
  expected: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(expected).filter(([name, version]) => found[name] !== version)
    .map(([name, version]) => `${name}: found ${found[name] ?? "none"}; expected ${version}`);
}

/** The command that installs packages where {@link findPython} finds them. */
export function installCommand(
  engine: PythonEngine,
  packages: Readonly<Record<string, string>>,
): string {
  const pinned = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  const { environment } = PYTHONS[engine];
  return `python3 -m venv ${environment} && ${environment}/bin/pip install ${pinned.join(" ")}`;
}

/**
 * The Python to run, with the packages that an engine needs.
 *
 * @throws {InputError} naming what is missing, and the command that installs it.
 */
export async function requirePython(
  engine: PythonEngine,
  expected: Readonly<Record<string, string>>,
): Promise<PythonPackages> {
  const found = await probePython(findPython(engine), Object.keys(expected));
  const faults = found.version === null
    ? [`${found.program}: cannot be run (${found.why})`]
    : packageFaults(found.packages, expected);
  if (faults.length === 0) return found;
  throw new InputError(
    `engine ${engine}: ${found.program}: ${faults.join("; ")}. To install: ${
      installCommand(engine, expected)
    } (deno task doctor says what is there; ${PYTHONS[engine].variable} names another Python)`,
  );
}
