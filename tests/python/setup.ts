/**
 * @file Makes the Python environment of `environment.ts`, outside of the repository, and prints its interpreter. Exits with 3, saying why,
 * where this machine cannot have one, and with 1 where the installation fails.
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { existsSync } from "node:fs";
import { environment, REQUIREMENTS } from "./environment.ts";

/** Of what the machine lacks. */
const CANNOT = 3;
/** Downloaded and unpacked, in GiB. */
const SPACE = 8;

/** Where `venv` is run. */
const SYSTEM = Deno.args[0] ?? "python3";

/** Runs a program; its standard error where it fails, null where it succeeds. */
async function failure(program: string, ...args: string[]): Promise<string | null> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args, stdout: "null" }).output();
    if (success) return null;
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1)!;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no program ${program}`;
    throw error;
  }
}

/** Why the machine cannot have the environment; null where it can. */
async function obstacle(): Promise<string | null> {
  const old = await failure(SYSTEM, "-c", "import sys; sys.exit(sys.version_info < (3, 11))");
  if (old !== null) return old || `${SYSTEM} is older than Python 3.11`;
  if (await failure(SYSTEM, "-c", "import venv, ensurepip")) {
    return `${SYSTEM} has no venv module`;
  }
  let place = environment().folder;
  while (!existsSync(place)) place = dirname(place);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize / 2 ** 30;
  return free < SPACE ? `${place} has ${free.toFixed(1)} GiB of space, ${SPACE} are needed` : null;
}

function leave(code: number, message: string): never {
  console.error(message);
  Deno.exit(code);
}

const { folder, interpreter, marker } = environment();
if (!existsSync(marker)) {
  const missing = await obstacle();
  if (missing) leave(CANNOT, `no Python environment: ${missing}`);
  const broken = await failure(SYSTEM, "-m", "venv", "--clear", folder);
  if (broken !== null) leave(1, `python -m venv: ${broken}`);
  const pip = [interpreter, "-m", "pip", "--disable-pip-version-check", "--quiet"] as const;
  const [program, ...options] = pip;
  // One small package tells a registry that is out of reach from a list that cannot be installed.
  const unreachable = await failure(
    program,
    ...options,
    "install",
    "--retries",
    "1",
    "--timeout",
    "20",
    "mdurl==0.1.2",
  );
  if (unreachable !== null) leave(CANNOT, `no Python environment: ${unreachable}`);
  const { success } = await new Deno.Command(program, {
    args: [...options, "install", "--no-deps", "--no-cache-dir", "--requirement", REQUIREMENTS],
  }).spawn().status;
  if (!success) leave(1, `pip install --requirement ${REQUIREMENTS} failed`);
  await Deno.writeTextFile(marker, "");
}
console.log(interpreter);
