/** @file Where a stage's results come from: commit, machine, versions, time. */
import { gpuProvider } from "../engine/gpu.ts";
import { EXECUTION_PROVIDER, loadedVersion } from "../engine/ort/loaded_version.ts";
import { ENGINE_VERSION } from "../experiment/versions.ts";
import { InputError } from "../errors.ts";
import { cpuModel, gpuModels } from "./hardware.ts";
import { lockedPackages } from "./locked_packages.ts";

/** What the numeric kernels belong to. */
export interface RuntimeProvenance {
  /** Its name. */
  readonly name: string;
  /** The version that the library says of itself. */
  readonly version: string;
  /** Which of its providers computes, e.g. `CPUExecutionProvider`. */
  readonly provider: string;
}

/** What all stages of a run share. */
export interface RunProvenance {
  /** Commit checked out; null without git or outside a repository. */
  readonly commit: string | null;
  /** Whether what was run is not in the commit, see {@link isDirty}; null where there is no commit. */
  readonly dirty: boolean | null;
  /** Versions of what computed it. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the dependency lock; null where there is none. */
  readonly lock: string | null;
  /** Versions of the packages in it, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** What the numeric kernels belong to; null where no library of it is found. */
  readonly runtime: RuntimeProvenance | null;
  /** Processor model. */
  readonly cpu: string;
  /** Graphics processors of the machine, whether used (see the provider) or not. */
  readonly gpus: readonly string[];
  /** Logical processors. */
  readonly cores: number;
  /** Operating system and architecture, e.g. `linux-x86_64`. */
  readonly platform: string;
  /** The command line. */
  readonly command: readonly string[];
}

/** A run that worked on a stage. */
export interface StageSession extends RunProvenance {
  /** When it began to, ISO 8601. */
  readonly start: string;
}

/** File in which a stage says what trains it, in the form of {@link TrainerProvenance}. */
export const TRAINER = "trainer.json";

/** What trained a stage instead of the embedded engine. */
export interface TrainerProvenance {
  /** Its name. */
  readonly engine: string;
  /** Processes that trained. */
  readonly processes: number;
  /** Versions of Python and its packages. */
  readonly versions: Readonly<Record<string, string | null>>;
}

/** What a stage's `provenance.json` holds; its config, its data's ids and their hashes are in `stage.json` beside it. */
export interface StageProvenance extends StageSession {
  /** Threads of the numeric kernels. */
  readonly threads: number;
  /** What trained it; absent where the embedded engine did. */
  readonly trainer?: TrainerProvenance;
  /** When it ended: the start, and the time that the last run took by a clock that never jumps. */
  readonly end: string;
  /** Time that the stage took, in seconds: that of earlier runs, as far as it was saved, too. */
  readonly seconds: number;
  /** Runs that were interrupted or killed, and whose work this stage holds; the first one first. */
  readonly earlier: readonly StageSession[];
  /** What the cost model counted for it, for later estimates. */
  readonly work: Readonly<Record<string, number>>;
}

/** What git says; null where it says nothing. */
async function git(args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null; // Git is not installed: results are then traced by hash and lock alone.
  }
}

/** What the program itself consists of, where it is run from its repository. */
const PROGRAM = ["src", "mod.ts", "deno.json", "deno.lock"];

/** Results are what runs write, and no run reads: written anew where they are committed, they are no dirt. */
const CHANGED = "status --porcelain --untracked-files=no -- :/ :(top,exclude)results".split(" ");

/**
 * Whether code was run that the commit does not have: a tracked file is changed, results aside, or there is a file that is neither tracked nor
 * ignored among the program's own, or is one of `modules`. Other new files make no result uncommitted: what an experiment file
 * declares is kept with each stage, and what it reads is told by its hash.
 */
async function isDirty(modules: readonly string[]): Promise<boolean | null> {
  const changed = await git(CHANGED);
  if (changed === null) return null;
  if (changed !== "") return true;
  const others = ["ls-files", "--others", "--exclude-standard", "--"];
  if (await git([...others, ...PROGRAM]) !== "") return true;
  for (const path of modules) {
    // Null for a file that git does not track, be it ignored or outside of the repository.
    if (await git(["ls-files", "--error-unmatch", "--", path]) === null) return true;
  }
  return false;
}

/** The runtime that stages started from here will load. */
function runtimeProvenance(): RuntimeProvenance | null {
  try {
    return { name: "ONNX Runtime", version: loadedVersion(), provider: EXECUTION_PROVIDER };
  } catch {
    return null; // A stage that needs it says why it cannot be loaded; not every command needs one.
  }
}

/** What ONNX Runtime calls its providers for GPUs. */
const GPU_PROVIDERS = {
  webgpu: "WebGpuExecutionProvider",
  cuda: "CUDAExecutionProvider",
} as const;

/**
 * The runtime as a stage uses it: one whose updates run on a GPU names that provider too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cpu = { name: "ONNX Runtime", version: "1.30.0", provider: "CPUExecutionProvider" };
 * assertEquals(stageRuntime(cpu, undefined), cpu);
 * assertEquals(stageRuntime(cpu, "gpu")!.provider.startsWith("CPUExecutionProvider, "), true);
 * ```
 */
export function stageRuntime(
  runtime: RuntimeProvenance | null,
  device: "gpu" | undefined,
): RuntimeProvenance | null {
  if (runtime === null || device === undefined) return runtime;
  return { ...runtime, provider: `${runtime.provider}, ${GPU_PROVIDERS[gpuProvider()]}` };
}

/**
 * The provenance of a run in the working directory. Never fails: what cannot be known is null.
 *
 * @param modules Files of the user's that are run as code: rewards, parsers of steps.
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { versions } = await runProvenance(["deno", "task", "experiment"]);
 * assertEquals(versions.deno, Deno.version.deno);
 * ```
 */
export async function runProvenance(
  command: readonly string[],
  modules: readonly string[] = [],
): Promise<RunProvenance> {
  const commit = await git(["rev-parse", "HEAD"]);
  const { lock, packages } = await lockedPackages("deno.lock");
  return {
    commit,
    dirty: commit === null ? null : await isDirty(modules),
    versions: { engine: ENGINE_VERSION, ...Deno.version },
    lock,
    packages,
    runtime: runtimeProvenance(),
    cpu: cpuModel(),
    gpus: await gpuModels(),
    cores: navigator.hardwareConcurrency,
    platform: `${Deno.build.os}-${Deno.build.arch}`,
    command,
  };
}

/**
 * Reads a finished stage's provenance.
 *
 * @param dir The stage's folder.
 * @throws {InputError} where it cannot be read.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readProvenance("none"), Error, "none/provenance.json: cannot be read");
 * ```
 */
export async function readProvenance(dir: string): Promise<StageProvenance> {
  const path = `${dir}/provenance.json`;
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new InputError(
      `${path}: cannot be read (${(error as Error).message}); remove ${dir} to make it anew`,
    );
  }
}
