/** @file Runs a plan's stages: what is finished is reused, what is free runs, what fails stops only what needs it. */
import { resolve } from "node:path";
import { InputError } from "../errors.ts";
import { readTextIfPresent, writeWhole } from "../files.ts";
import type { PlannedStage } from "../experiment/plan.ts";
import { checkpointFolder } from "../policy/hub_checkpoint.ts";
import { runChild } from "./child.ts";
import { DISK_FULL, diskFull, isDiskFull } from "./disk_full.ts";
import { wayBehind } from "./estimate.ts";
import type { RunEvent, StageFailure } from "./events.ts";
import type { StageLock } from "./lock.ts";
import type { StageEnd } from "./protocol.ts";
import {
  type RunProvenance,
  type StageProvenance,
  stageRuntime,
  type StageSession,
  TRAINER,
  type TrainerProvenance,
} from "./provenance.ts";
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
  /** Seconds between two savings of a training stage's state; absent: the trainer's choice. */
  readonly saveEvery?: number;
  /** Ends the run: stages save their state between two updates and stop. */
  readonly signal: AbortSignal;
  /** Called with each event. */
  onEvent(event: RunEvent): void;
}

/** A stage that stopped before it was whole. */
export interface StoppedStage {
  /** The stage. */
  readonly stage: PlannedStage;
  /** Updates that need not be made again. */
  readonly step: number;
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
  /** Stages that stopped because the signal said so. */
  readonly stopped: readonly StoppedStage[];
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

/** What a stage says trained it; it stays in the provenance alone. Nothing of a stage of the embedded engine. */
async function takeTrainer(dir: string): Promise<{ readonly trainer?: TrainerProvenance }> {
  const path = `${dir}/${TRAINER}`;
  const text = await readTextIfPresent(path);
  if (text === null) return {};
  await Deno.remove(path);
  return { trainer: JSON.parse(text) };
}

/** The runs that worked on an unfinished stage before. */
async function sessionsOf(dir: string): Promise<StageSession[]> {
  return JSON.parse(await Deno.readTextFile(`${dir}/sessions.json`));
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
 * @throws {InputError} As soon as a stage throws one, a parent's checkpoint is not what was written, or the disk is full: it is the
 * user's to mend, and what runs is killed; a later run goes on from what that had saved.
 */
export async function runStages(
  stages: readonly PlannedStage[],
  options: RunOptions,
): Promise<RunResult> {
  const { store, onEvent } = options;
  const kill = new AbortController();
  const signal = AbortSignal.any([options.signal, kill.signal]);
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
  const stopped: StoppedStage[] = [];
  const verified = new Set<string>();
  const faults: unknown[] = [];

  const reuse = (stage: PlannedStage) => {
    pending.delete(stage);
    done.add(stage.id);
    reused.push(stage);
    onEvent({ type: "reused", stage });
  };

  /** A parent whose checkpoint has changed on the disk must not be trained on. */
  const verifyParent = async ({ parent }: PlannedStage) => {
    if (parent === null || verified.has(parent)) return;
    await store.verify(parent, "checkpoint/");
    verified.add(parent);
  };

  const run = async (stage: PlannedStage, held: StageLock) => {
    using _lock = held;
    await verifyParent(stage);
    const draft = await store.begin(stage.id);
    const step = draft.saved?.step ?? 0;
    const [start, began] = [new Date(), performance.now()];
    const device = stage.spec.kind === "train" && stage.spec.stage.device === "gpu"
      ? "gpu"
      : undefined;
    const session: StageSession = {
      ...options.provenance,
      runtime: stageRuntime(options.provenance.runtime, device),
      start: start.toISOString(),
    };
    const sessions = [...draft.saved ? await sessionsOf(draft.dir) : [], session];
    await writeWhole(`${draft.dir}/stage.json`, JSON.stringify(stage.spec, null, 2) + "\n");
    await writeWhole(`${draft.dir}/sessions.json`, JSON.stringify(sessions, null, 2) + "\n");
    onEvent({ type: "started", stage, step });
    const { seed, threads } = stage.spec;
    const { saveEvery } = options;
    const end: StageEnd = await runChild({
      command: options.command,
      request: {
        spec: stage.spec,
        context: {
          dir: resolve(draft.dir),
          parent: await parentDir(store, stage),
          ...{ seed, threads },
          ...saveEvery === undefined ? {} : { saveEvery },
        },
      },
      log: `${draft.dir}/log.txt`,
      stop: options.signal,
      kill: kill.signal,
      onEvent: (event) => onEvent({ type: "said", stage, event }),
    });
    if (end.type === "stopped") {
      await draft.leave();
      stopped.push({ stage, step: end.step });
      return onEvent({ type: "stopped", stage, step: end.step });
    }
    if (end.type === "error" && kill.signal.aborted) return await draft.leave();
    if (end.type === "error" && (end.name === "InputError" || end.name === DISK_FULL)) {
      await draft.leave();
      throw end.name === DISK_FULL ? diskFull(store.root) : new InputError(end.message);
    }
    if (end.type === "error") {
      if (end.stack) {
        await Deno.writeTextFile(`${draft.dir}/log.txt`, `${end.stack}\n`, { append: true });
      }
      // What ended a process from outside says nothing against what it had saved.
      const dir = await draft.fail(end.stack === "");
      const tail = await tailOf(`${dir}/log.txt`);
      const failure = { stage, reason: end.message, tail, dir };
      failed.push(failure);
      broken.set(stage.id, stage);
      return onEvent({ type: "failed", stage, failure });
    }
    const took = performance.now() - began;
    const seconds = (draft.saved?.seconds ?? 0) + took / 1000;
    const provenance: StageProvenance = {
      ...session,
      threads,
      ...await takeTrainer(draft.dir),
      end: new Date(start.getTime() + took).toISOString(),
      seconds,
      earlier: sessions.slice(0, -1),
      work: { ...options.work.get(stage.id) },
    };
    const text = JSON.stringify(provenance, null, 2) + "\n";
    await writeWhole(`${draft.dir}/provenance.json`, text);
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
          faults.push(isDiskFull(error) ? diskFull(store.root) : error);
          kill.abort();
        }).finally(() => running.delete(id));
        running.set(id, end);
      }
    }
    return wait;
  };

  try {
    await store.sweep();
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
  } catch (error) {
    // After an error nothing may go on running.
    kill.abort();
    throw isDiskFull(error) ? diskFull(store.root) : error;
  } finally {
    await Promise.allSettled(running.values());
  }
  if (faults.length > 0) throw faults[0];
  const ended = made.length + reused.length + failed.length + skipped.length;
  const interrupted = ended < stages.length;
  return { made, reused, failed, skipped, stopped, interrupted };
}
