/** @file A plan for people: which cells and stages there are, what is finished, how long the rest will take. */
import type { Plan, PlannedStage } from "../experiment/plan.ts";
import { roughly } from "./clock.ts";
import { type Calibration, kindOf } from "./estimate.ts";

/** What a plan's text is made from. */
export interface PlanText {
  /** The plan. */
  readonly plan: Plan;
  /** What is to be known of the data, a line each. */
  readonly notes: readonly string[];
  /** The stages that this run is for. */
  readonly stages: readonly PlannedStage[];
  /** Ids of the finished ones. */
  readonly finished: ReadonlySet<string>;
  /** Expected seconds by stage. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Expected seconds in all. */
  readonly total: number;
  /** What the estimate is made from. */
  readonly calibration: Calibration;
  /** Stages at once, and why. */
  readonly jobs: string;
}

/** `1 cell`, `2 cells`. */
function many(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

/** The lines that head every run. */
export function summary(input: PlanText): string[] {
  const { plan, notes, stages, finished, total, calibration, jobs } = input;
  const { name, question, arms, policy, seeds } = plan.experiment;
  const done = stages.filter(({ id }) => finished.has(id)).length;
  const left = stages.length - done;
  const grid = [
    many(Object.keys(arms).length, "arm"),
    many(Object.keys(policy).length, "size"),
    many(seeds.length, "seed"),
  ].join(" × ");
  const lines = [
    `${name}: ${question}`,
    ...notes,
    `${grid} = ${many(plan.cells.length, "cell")}; ${many(stages.length, "stage")}: ` +
    `${done} finished already, ${left} to run`,
  ];
  if (left > 0) {
    const source = calibration.stages > 0
      ? `from ${many(calibration.stages, "stage")} finished on this machine`
      : "from a stated rate: no stage was finished on this machine yet";
    lines.push(`${jobs}; ${roughly(total)} (${source})`);
  }
  return lines;
}

/** Every cell with its chain, and every stage with its state. */
export function details(input: PlanText): string[] {
  const { plan, stages, finished, seconds } = input;
  const wanted = new Set(stages.map(({ id }) => id));
  const byId = new Map(plan.stages.map((stage) => [stage.id, stage]));
  const cells = plan.cells.filter(({ evaluation }) => wanted.has(evaluation));
  const users = new Map<string, number>();
  for (const { training, evaluation } of cells) {
    for (const id of [...training, evaluation]) users.set(id, (users.get(id) ?? 0) + 1);
  }
  const rows = cells.map(({ arm, size, seed, training, evaluation }) => {
    const chain = [...training, evaluation].map((id) => `${kindOf(byId.get(id)!.spec)} ${id}`);
    const left = [...training, evaluation].filter((id) => !finished.has(id)).length;
    const state = left === 0 ? "cached" : `${left} to run`;
    return [arm, size, `seed ${seed}`, state, chain.join(" → ")];
  });
  const work = stages.map(({ id, label }) => {
    const shared = users.get(id)! > 1 ? `shared by ${users.get(id)} cells` : "";
    const state = finished.has(id) ? "cached" : "to run";
    return [id, state, finished.has(id) ? "" : roughly(seconds.get(id) ?? 0), label, shared];
  });
  return ["", "cells", ...columns(rows), "", "stages", ...columns(work)];
}

/** Rows in aligned columns. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((text, i) => Math.max(widest[i] ?? 0, [...text].length)),
    [],
  );
  return rows.map((row) =>
    `  ${row.map((text, i) => text + " ".repeat(widths[i]! - [...text].length)).join("  ")}`
      .trimEnd()
  );
}
