/** @file Runs a plan's stages: what is finished is reused, what is free runs, what fails stops only what needs it. */
import { resolve } from "node:path";
import { InputError } from "../errors.ts";
import type { PlannedStage } from "../experiment/plan.ts";
import { checkpointFolder } from "../policy/hub_checkpoint.ts";
import { runChild } from "./child.ts";
import { wayBehind } from "./estimate.ts";
import type { RunEvent, StageFailure } from "./events.ts";
import type { StageLock } from "./lock.ts";
import type { StageEnd } from "./protocol.ts";
import type { RunProvenance, StageProvenance } from "./provenance.ts";
import type { StageStore } from "./store.ts";
import type { Work } from "./work.ts";

/** How to run. */
export interface RunOptions {
  /** Where finished stages are. */
  readonly store: StageStore;
  /** Most stages at once. */
  readonly jobs: number;
  /** Program and arguments of a stage's process. */
  readonly command: readonly string[];
  /** What all stages' provenance says. */
  readonly provenance: RunProvenance;
  /** Work of each stage by id, kept for later estimates. */
  readonly work: ReadonlyMap<string, Work>;
  /** Expected seconds of each stage by id: the longest chain is begun first. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Ends the run: processes are killed, what is half-written is removed. */
  readonly signal: AbortSignal;
  /** Called with each event. */
  onEvent(event: RunEvent): void;
}

/** How a run went. */
export interface RunResult {
  /** Stages made by this run. */
  readonly made: readonly PlannedStage[];
  /** Stages that were finished already. */
  readonly reused: readonly PlannedStage[];
  /** Stages that failed. */
  readonly failed: readonly StageFailure[];
  /** Stages that need one that failed. */
  readonly skipped: readonly PlannedStage[];
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
}

/** How often a stage that another process is making is looked for, in milliseconds. */
const LOOK_MS = 300;

/** Lines of a log that a failure shows. */
const TAIL = 15;

/** The last lines of a file; none where it cannot be read. */
async function tailOf(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  return text.trimEnd().split("\n").filter((line) => line !== "").slice(-TAIL);
}

/** Folder of the policy that a stage starts from; null to initialise one. */
async function parentDir(
  store: StageStore,
  { spec: { policy } }: PlannedStage,
): Promise<string | null> {
  if ("init" in policy) return null;
  if ("checkpoint" in policy) return resolve(await checkpointFolder(policy.checkpoint, "policy"));
  return resolve(`${store.dir(policy.stage)}/checkpoint`);
}

/**
 * Runs stages, each in a process of its own, at most `jobs` at once.
 *
 * @param stages Each after its parent; parents included.
 * @throws {InputError} As soon as a stage throws one: it is the user's to mend, and what runs is stopped.
 */
export async function runStages(
  stages: readonly PlannedStage[],
  options: RunOptions,
): Promise<RunResult> {
  const { store, onEvent } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const way = wayBehind(stages, options.seconds);
  const pending = new Set(stages.toSorted((a, b) => way.get(b.id)! - way.get(a.id)!));
  const running = new Map<string, Promise<void>>();
  const done = new Set<string>();
  const broken = new Map<string, PlannedStage>();
  const waiting = new Set<string>();
  const made: PlannedStage[] = [];
  const reused: PlannedStage[] = [];
  const failed: StageFailure[] = [];
  const skipped: PlannedStage[] = [];
  const faults: unknown[] = [];

  const reuse = (stage: PlannedStage) => {
    pending.delete(stage);
    done.add(stage.id);
    reused.push(stage);
    onEvent({ type: "reused", stage });
  };

  const run = async (stage: PlannedStage, held: StageLock) => {
    using _lock = held;
    const draft = await store.begin(stage.id);
    const start = new Date();
    await Deno.writeTextFile(`${draft.dir}/stage.json`, JSON.stringify(stage.spec, null, 2) + "\n");
    onEvent({ type: "started", stage });
    const { seed, threads } = stage.spec;
    const end: StageEnd = await runChild({
      command: options.command,
      request: {
        spec: stage.spec,
        context: { dir: resolve(draft.dir), parent: await parentDir(store, stage), seed, threads },
      },
      log: `${draft.dir}/log.txt`,
      signal,
      onEvent: (event) => onEvent({ type: "said", stage, event }),
    });
    if (end.type === "error" && signal.aborted) return await draft.discard();
    if (end.type === "error" && end.name === "InputError") {
      await draft.discard();
      throw new InputError(end.message);
    }
    if (end.type === "error") {
      if (end.stack) {
        await Deno.writeTextFile(`${draft.dir}/log.txt`, `${end.stack}\n`, { append: true });
      }
      const dir = await draft.fail();
      const tail = await tailOf(`${dir}/log.txt`);
      const failure = { stage, reason: end.message, tail, dir };
      failed.push(failure);
      broken.set(stage.id, stage);
      return onEvent({ type: "failed", stage, failure });
    }
    const stopped = new Date();
    const seconds = (stopped.getTime() - start.getTime()) / 1000;
    const provenance: StageProvenance = {
      ...options.provenance,
      threads,
      start: start.toISOString(),
      end: stopped.toISOString(),
      seconds,
      work: { ...options.work.get(stage.id) },
    };
    const text = JSON.stringify(provenance, null, 2) + "\n";
    await Deno.writeTextFile(`${draft.dir}/provenance.json`, text);
    await draft.commit();
    done.add(stage.id);
    made.push(stage);
    onEvent({ type: "finished", stage, seconds });
  };

  /** Starts what can start; says whether another process is to be waited for. */
  const advance = async (): Promise<boolean> => {
    let wait = false;
    for (const stage of pending) {
      const { id, parent } = stage;
      if (await store.has(id)) {
        reuse(stage);
        continue;
      }
      const because = parent === null ? undefined : broken.get(parent);
      if (because) {
        pending.delete(stage);
        broken.set(id, because);
        skipped.push(stage);
        onEvent({ type: "skipped", stage, because });
        continue;
      }
      if ((parent !== null && !done.has(parent)) || running.size >= options.jobs) continue;
      const lock = await store.lock(id);
      if (lock === null) {
        wait = true;
        if (!waiting.has(id)) onEvent({ type: "waiting", stage });
        waiting.add(id);
      } else if (await store.has(id)) {
        // Finished by the process that held the lock until now.
        lock[Symbol.dispose]();
        reuse(stage);
      } else {
        pending.delete(stage);
        const end = run(stage, lock).catch((error) => {
          faults.push(error);
          stop.abort();
        }).finally(() => running.delete(id));
        running.set(id, end);
      }
    }
    return wait;
  };

  await store.sweep();
  try {
    while (!signal.aborted && (pending.size > 0 || running.size > 0)) {
      const before = done.size + broken.size;
      const wait = await advance();
      // A reused or skipped stage may free others at once.
      if (done.size + broken.size > before) continue;
      if (running.size === 0 && !wait && pending.size > 0 && !signal.aborted) {
        throw new Error("a stage's parent is not among the stages");
      }
      const look = wait ? [new Promise((r) => setTimeout(r, LOOK_MS))] : [];
      await Promise.race([...running.values(), ...look]);
    }
  } finally {
    // After an error too, nothing may go on running or lie half-written.
    stop.abort();
    await Promise.allSettled(running.values());
  }
  if (faults.length > 0) throw faults[0];
  const ended = made.length + reused.length + failed.length + skipped.length;
  return { made, reused, failed, skipped, interrupted: ended < stages.length };
}
