/**
 * @file Makes the Python environments of `environment.ts`, outside of the repository, and prints their interpreters. Exits with 3, saying
 * why, where this machine cannot have one, and with 1 where the installation fails.
 */
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { existsSync } from "node:fs";
import { type Environment, environment } from "./environment.ts";

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

/** Where an environment's packages lie. */
async function sitePackages({ interpreter }: Environment): Promise<string> {
  const { stdout } = await new Deno.Command(interpreter, {
    args: ["-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

function leave(code: number, message: string): never {
  console.error(message);
  Deno.exit(code);
}

/** Installs a list as it stands. */
async function install({ interpreter, requirements, marker }: Environment): Promise<void> {
  const { success } = await new Deno.Command(interpreter, {
    args: [
      ...PIP,
      ...["install", "--no-deps", "--no-cache-dir", "--requirement", requirements],
    ],
  }).spawn().status;
  if (!success) leave(1, `pip install --requirement ${requirements} failed`);
  await Deno.writeTextFile(marker, "");
}

const PIP = ["-m", "pip", "--disable-pip-version-check", "--quiet"];

const first = environment();
if (!existsSync(first.marker)) {
  const missing = await obstacle();
  if (missing) leave(CANNOT, `no Python environment: ${missing}`);
  const broken = await failure(SYSTEM, "-m", "venv", "--clear", first.folder);
  if (broken !== null) leave(1, `python -m venv: ${broken}`);
  // One small package tells a registry that is out of reach from a list that cannot be installed.
  const patience = ["--retries", "1", "--timeout", "20"];
  const unreachable = await failure(
    first.interpreter,
    ...PIP,
    "install",
    ...patience,
    "mdurl==0.1.2",
  );
  if (unreachable !== null) leave(CANNOT, `no Python environment: ${unreachable}`);
  await install(first);
}
console.log(first.interpreter);

const second = environment("verl");
const NEWER = "import sys; sys.exit(sys.version_info >= (3, 13))";
if (await failure(first.interpreter, "-c", NEWER) !== null) {
  console.error("no environment for verl: it needs Python 3.11 or 3.12");
} else {
  if (!existsSync(second.marker)) {
    const broken = await failure(first.interpreter, "-m", "venv", "--clear", second.folder);
    if (broken !== null) leave(1, `python -m venv: ${broken}`);
    // What the first environment has is seen after what the second has.
    const [own, others] = await Promise.all([second, first].map(sitePackages));
    await Deno.writeTextFile(`${own}/others.pth`, `${others}\n`);
    await install(second);
  }
  console.log(second.interpreter);
}
