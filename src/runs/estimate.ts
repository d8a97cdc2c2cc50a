/** @file How long stages will take: a declared model, corrected by what finished stages took on this machine. */
import type { StageSpec } from "../experiment/specs.ts";
import type { PlannedStage } from "../experiment/plan.ts";
import type { StageProvenance } from "./provenance.ts";
import type { StageStore } from "./store.ts";
import type { Work } from "./work.ts";

/** Start of a process, compilation of the graphs, loading, in seconds. */
const START = 1;

/**
 * Floating-point operations per second of one thread, used where nothing was measured: a 4-layer policy of 128 channels on a
 * current x86 core. Training takes 6 operations per weight and token, sampling 2.
 */
const RATE = { trained: 40e9, sampled: 20e9 };

/** Seconds that the model alone gives. */
export function modelSeconds(work: Work): number {
  return START + 6 * work.parameters * work.trained / RATE.trained +
    2 * work.parameters * work.sampled / RATE.sampled;
}

/** What the model is multiplied by, per kind of stage. */
export interface Calibration {
  /** Finished stages of this machine that it is made from. */
  readonly stages: number;
  /** Factors by kind: `sft`, `srl`, `rlvr`, `evaluate`. */
  readonly factors: Readonly<Record<string, number>>;
}

/** Stages below this fraction say too little about their own speed, or that of others. */
export const TELLING = 0.05;

/**
 * Seconds that a running stage still takes: from its own speed where that tells, else from what was expected of it.
 *
 * @param fraction Part of its work that is done; 0 where it says nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(secondsLeft({ expected: 100, elapsed: 30, fraction: 0.5 }), 30);
 * assertEquals(secondsLeft({ expected: 100, elapsed: 30, fraction: 0 }), 70);
 * ```
 */
export function secondsLeft(
  { expected, elapsed, fraction }: { expected: number; elapsed: number; fraction: number },
): number {
  return fraction > TELLING
    ? elapsed * (1 - fraction) / fraction
    : Math.max(expected - elapsed, expected * 0.1);
}

/** Kind of a stage, as the calibration tells them apart. */
export function kindOf(spec: StageSpec): string {
  return spec.kind === "train" ? spec.stage.kind : "evaluate";
}

/** What stages are alike in their speed by: their kind, what trains them, and their threads. */
export function paceOf(spec: StageSpec): string {
  const trainer = spec.kind === "train" ? spec.trainer : undefined;
  const pace = trainer ? `${kindOf(spec)} on ${trainer.kind}` : kindOf(spec);
  return spec.threads === 1 ? pace : `${pace}, ${spec.threads} threads`;
}

/** The middle of some numbers; 1 of none. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

/** Reads what finished stages took on this processor. */
export async function calibrate(store: StageStore, cpu: string): Promise<Calibration> {
  const ratios = new Map<string, number[]>();
  let stages = 0;
  for (const id of await store.list()) {
    try {
      const read = async (name: string) =>
        JSON.parse(await Deno.readTextFile(`${store.dir(id)}/${name}`));
      const [spec, made]: [StageSpec, StageProvenance] = await Promise.all([
        read("stage.json"),
        read("provenance.json"),
      ]);
      const ratio = made.seconds / modelSeconds(made.work as unknown as Work);
      if (made.cpu !== cpu || !(ratio > 0)) continue;
      const kind = paceOf(spec);
      ratios.set(kind, [...ratios.get(kind) ?? [], ratio]);
      stages++;
    } catch {
      // A stage of another version, or being removed: nothing to learn from.
    }
  }
  return {
    stages,
    factors: Object.fromEntries([...ratios].map(([kind, found]) => [kind, median(found)])),
  };
}

/** Seconds that a stage is expected to take; a kind never measured takes the mean correction of the others. */
export function stageSeconds(kind: string, work: Work, calibration: Calibration): number {
  const known = Object.values(calibration.factors);
  const factor = calibration.factors[kind] ?? median(known);
  return modelSeconds(work) * factor;
}

/**
 * Seconds until the last of some stages is done with this many at once, when the stage with the longest way behind it goes first.
 *
 * @param seconds What each still takes; stages that are not in it are done.
 */
export function makespan(
  stages: readonly PlannedStage[],
  seconds: ReadonlyMap<string, number>,
  jobs: number,
): number {
  const left = stages.filter(({ id }) => seconds.has(id));
  const way = wayBehind(left, seconds);
  const queue = left.toSorted((a, b) => way.get(b.id)! - way.get(a.id)!);
  const ends = new Map<string, number>();
  const free = Array.from({ length: jobs }, () => 0);
  /** When a stage can start; never, until its parent has been placed. */
  const ready = ({ parent }: PlannedStage) =>
    parent === null || !seconds.has(parent) ? 0 : ends.get(parent) ?? Infinity;
  while (queue.length > 0) {
    const slot = free.indexOf(Math.min(...free));
    const now = Math.max(free[slot]!, Math.min(...queue.map(ready)));
    const [stage] = queue.splice(queue.findIndex((next) => ready(next) <= now), 1);
    free[slot] = now + seconds.get(stage!.id)!;
    ends.set(stage!.id, free[slot]);
  }
  return Math.max(0, ...ends.values());
}

/** Seconds from the start of each stage to the end of the longest chain that it begins. */
export function wayBehind(
  stages: readonly PlannedStage[],
  seconds: ReadonlyMap<string, number>,
): Map<string, number> {
  const way = new Map<string, number>();
  // Parents come before their children, so the way is summed from the end.
  for (const { id, parent } of stages.toReversed()) {
    const own = (way.get(id) ?? 0) + (seconds.get(id) ?? 0);
    way.set(id, own);
    if (parent !== null) way.set(parent, Math.max(way.get(parent) ?? 0, own));
  }
  return way;
}
