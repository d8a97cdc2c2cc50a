/** @file A plan as data: what each cell and each stage is, whether it is finished, why not, how long and how large it will be. */
import { granularityText } from "../data/granularity/granularity.ts";
import type { Plan, PlannedStage } from "../experiment/plan.ts";
import type { ResolvedStage } from "../experiment/stages.ts";
import { rewardText } from "../rewards/reward_text.ts";
import { cellName } from "./cell_name.ts";
import type { CellEntry } from "./collect.ts";
import { type Calibration, kindOf } from "./estimate.ts";
import { earlierStages, type Reason, reasonLines, reasonsFor } from "./reason.ts";
import { resumableStep } from "./resumable.ts";
import type { StageStore } from "./store.ts";
import type { StageDemand } from "../trainers/jobs/demand/stage_demand.ts";

/** What a report is made from. */
export interface PlanFacts {
  /** The plan. */
  readonly plan: Plan;
  /** The stages that this run is for. */
  readonly stages: readonly PlannedStage[];
  /** Ids of the finished ones. */
  readonly finished: ReadonlySet<string>;
  /** Expected seconds of the others by id. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Expected peak memory by id, in bytes. */
  readonly memory: ReadonlyMap<string, number>;
  /** What is to be known of the data, a line each. */
  readonly notes: readonly string[];
  /** What stages of a distributed engine will take of their GPUs. */
  readonly gpuDemands: readonly StageDemand[];
  /** Stages at once. */
  readonly atOnce: number;
  /** Expected seconds in all. */
  readonly total: number;
  /** What the expected seconds are made from. */
  readonly calibration: Calibration;
}

/** A stage of a plan. */
export interface StageReport {
  /** Its id. */
  readonly id: string;
  /** `sft`, `srl`, `rlvr`, `r3` or `evaluate`. */
  readonly kind: string;
  /** What it is, for people. */
  readonly label: string;
  /** Id of the stage that it starts from; null for the declared policy. */
  readonly parent: string | null;
  /** Names of the cells that need it. */
  readonly cells: readonly string[];
  /** What a run would do with it. */
  readonly state: "cached" | "resumable" | "to run";
  /** Updates that it need not make again; null unless it is resumable. */
  readonly resume: number | null;
  /** Why it is not finished; null where it is. */
  readonly reason: Reason | null;
  /** The reason for people, a line each. */
  readonly why: readonly string[];
  /** Expected seconds; 0 where it is finished. */
  readonly seconds: number;
  /** Expected peak memory in bytes. */
  readonly memory: number;
}

/** A cell of a plan. */
export interface CellReport {
  /** `arm/size/seed`. */
  readonly name: string;
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Granularity of its stages that practise steps or solutions, in order; empty where none does. */
  readonly granularity: readonly string[];
  /** Their rewards. */
  readonly reward: readonly string[];
  /** Seed. */
  readonly seed: number;
  /** Ids of its stages, the evaluation last. */
  readonly stages: readonly string[];
  /** How many of them are not finished. */
  readonly left: number;
  /** Expected seconds of these, one after the other. */
  readonly seconds: number;
  /** Peak memory of the largest of its stages in bytes. */
  readonly memory: number;
}

/** A plan as data. Plain JSON. */
export interface PlanReport {
  /** Name of the experiment. */
  readonly experiment: string;
  /** What it is to find out. */
  readonly question: string;
  /** What is to be known of the data, a line each. */
  readonly notes: readonly string[];
  /** What the stages that are not finished will take together. */
  readonly estimate: {
    /** Stages at once. */
    readonly jobs: number;
    /** Seconds until the last is finished. */
    readonly seconds: number;
    /** Bytes of the largest that can run at once. */
    readonly memory: number;
    /** Finished stages of this machine whose throughput the seconds are made from; 0 for a stated rate. */
    readonly measured: number;
  };
  /** What the cells differ in, each value once. */
  readonly grid: {
    /** Arms. */
    readonly arms: readonly string[];
    /** Policy sizes. */
    readonly sizes: readonly string[];
    /** Granularities. */
    readonly granularities: readonly string[];
    /** Rewards. */
    readonly rewards: readonly string[];
    /** Seeds. */
    readonly seeds: readonly number[];
  };
  /** Cells, in the plan's order. */
  readonly cells: readonly CellReport[];
  /** Stages, each after its parent. */
  readonly stages: readonly StageReport[];
  /** What stages of a distributed engine will take of their GPUs; none where nothing is known of them. */
  readonly gpuDemands: readonly StageDemand[];
}

/** What is practised in a stage; null for one that imitates. Stages of `rlvr` and `r3` act by whole solutions, or what is left of them. */
function practice(stage: ResolvedStage): { granularity: string; reward: string } | null {
  if (stage.kind === "sft") return null;
  const granularity = stage.kind === "srl" ? granularityText(stage.granularity) : "whole";
  return { granularity, reward: rewardText(stage.reward) };
}

/**
 * Bytes that the largest unfinished stages take, as many of them as run at once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stages = ["a", "b", "c"].map((id) => ({ id }));
 * const memory = new Map([["a", 9], ["b", 1], ["c", 2]]);
 * assertEquals(peakMemory({ stages, memory, finished: new Set("a"), atOnce: 2 }), 3);
 * ```
 */
export function peakMemory(
  { stages, finished, memory, atOnce }:
    & { readonly stages: readonly { readonly id: string }[] }
    & Pick<PlanFacts, "finished" | "memory" | "atOnce">,
): number {
  return stages.filter(({ id }) => !finished.has(id)).map(({ id }) => memory.get(id) ?? 0)
    .sort((a, b) => b - a).slice(0, atOnce).reduce((sum, bytes) => sum + bytes, 0);
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)];

/**
 * Says of a plan what is finished, what is not, and why.
 *
 * @param last Cells of the experiment's last results; null where it has none.
 */
export async function planReport(
  facts: PlanFacts,
  last: readonly CellEntry[] | null,
  store: StageStore,
): Promise<PlanReport> {
  const { plan, stages, finished, seconds, memory } = facts;
  const wanted = new Set(stages.map(({ id }) => id));
  const cells = plan.cells.filter(({ evaluation }) => wanted.has(evaluation));
  const open = stages.filter(({ id }) => !finished.has(id));
  const reasons = await reasonsFor(open, earlierStages(plan, last ?? []), store);
  const resumes = new Map(
    await Promise.all(
      open.map(async ({ id }) => [id, await resumableStep(store.dir(id))] as const),
    ),
  );
  const labels = new Map(plan.stages.map(({ id, label }) => [id, label]));
  const practised = new Map(
    Object.entries(plan.experiment.arms).map(([arm, chain]) => [
      arm,
      chain.map(practice).filter((found) => found !== null),
    ]),
  );
  const users = new Map<string, string[]>();
  const made = cells.map((cell): CellReport => {
    const { arm, size, seed } = cell;
    const name = cellName(cell);
    const own = [...cell.training, cell.evaluation];
    for (const id of own) users.set(id, [...users.get(id) ?? [], name]);
    return {
      name,
      arm,
      size,
      granularity: unique(practised.get(arm)!.map(({ granularity }) => granularity)),
      reward: unique(practised.get(arm)!.map(({ reward }) => reward)),
      seed,
      stages: own,
      left: own.filter((id) => !finished.has(id)).length,
      seconds: own.reduce((sum, id) => sum + (seconds.get(id) ?? 0), 0),
      memory: Math.max(...own.map((id) => memory.get(id) ?? 0)),
    };
  });
  const stageReports = stages.map(({ id, spec, label, parent }): StageReport => {
    const reason = reasons.get(id) ?? null;
    const resume = resumes.get(id) ?? null;
    const from = parent === null ? null : labels.get(parent)!;
    return {
      id,
      kind: kindOf(spec),
      label,
      parent,
      cells: users.get(id) ?? [],
      state: finished.has(id) ? "cached" : resume !== null ? "resumable" : "to run",
      resume,
      reason,
      why: reason === null ? [] : reasonLines(reason, from),
      seconds: seconds.get(id) ?? 0,
      memory: memory.get(id) ?? 0,
    };
  });
  return {
    experiment: plan.experiment.name,
    question: plan.experiment.question,
    notes: facts.notes,
    estimate: {
      jobs: facts.atOnce,
      seconds: facts.total,
      memory: peakMemory(facts),
      measured: facts.calibration.stages,
    },
    grid: {
      arms: unique(made.map(({ arm }) => arm)),
      sizes: unique(made.map(({ size }) => size)),
      granularities: unique(made.flatMap(({ granularity }) => granularity)),
      rewards: unique(made.flatMap(({ reward }) => reward)),
      seeds: unique(made.map(({ seed }) => seed)),
    },
    cells: made,
    stages: stageReports,
    gpuDemands: facts.gpuDemands,
  };
}

/** What a run would do with a stage, for people. */
export function stateText({ state, resume }: Pick<StageReport, "state" | "resume">): string {
  return resume === null ? state : `${state} at step ${resume}`;
}
