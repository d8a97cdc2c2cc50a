/** @file Where a stage's results come from: commit, machine, versions, time. */
import { cpus } from "node:os";
import { ENGINE_VERSION } from "../experiment/versions.ts";
import { hashFile } from "../hash_file.ts";

/** What all stages of a run share. */
export interface RunProvenance {
  /** Commit checked out; null without git or outside a repository. */
  readonly commit: string | null;
  /** Whether the tree held changes or files that the commit does not; null where there is no commit. */
  readonly dirty: boolean | null;
  /** Versions of what computed it. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the dependency lock; null where there is none. */
  readonly lock: string | null;
  /** Processor model. */
  readonly cpu: string;
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

/** What a stage's `provenance.json` holds. */
export interface StageProvenance extends StageSession {
  /** Threads of the numeric kernels. */
  readonly threads: number;
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

/**
 * The provenance of a run in the working directory. Never fails: what cannot be known is null.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { versions } = await runProvenance(["deno", "task", "experiment"]);
 * assertEquals(versions.deno, Deno.version.deno);
 * ```
 */
export async function runProvenance(command: readonly string[]): Promise<RunProvenance> {
  const commit = await git(["rev-parse", "HEAD"]);
  const status = commit === null ? null : await git(["status", "--porcelain"]);
  return {
    commit,
    dirty: status === null ? null : status !== "",
    versions: { engine: ENGINE_VERSION, ...Deno.version },
    lock: await hashFile("deno.lock", "deno.lock").catch(() => null),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: navigator.hardwareConcurrency,
    platform: `${Deno.build.os}-${Deno.build.arch}`,
    command,
  };
}
