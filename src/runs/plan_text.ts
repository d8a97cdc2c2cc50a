/** @file A plan for people: which cells and stages there are, what is finished, how long the rest will take. */
import { countText } from "../count_text.ts";
import { alignColumns, WIDTH } from "./align_columns.ts";
import { roughly } from "./clock.ts";
import {
  type CellReport,
  peakMemory,
  type PlanFacts,
  type PlanReport,
  stateText,
} from "./plan_report.ts";
import { rayAddress } from "../trainers/ray/client.ts";
import { nodeShare, shareText } from "../trainers/ray/node_share.ts";
import { ASSUMED, demandLines } from "../trainers/jobs/demand/stage_demand.ts";
import { wrapText } from "../results/glyphs.ts";

/** What the text of a run's plan is made from. */
export interface PlanText extends PlanFacts {
  /** Stages at once, and why. */
  readonly jobs: string;
}

/** The lines that head every run. */
export function summary(input: PlanText): string[] {
  const { plan, notes, stages, finished, total, calibration, jobs } = input;
  const { name, question, arms, policy, seeds } = plan.experiment;
  const done = stages.filter(({ id }) => finished.has(id)).length;
  const left = stages.length - done;
  const grid = [
    countText(Object.keys(arms).length, "arm"),
    countText(Object.keys(policy).length, "size"),
    countText(seeds.length, "seed"),
  ].join(" × ");
  const lines = [
    `${name}: ${question}`,
    ...notes,
    ...placeLines(plan),
    ...plan.experiment.remarks,
    `${grid} = ${countText(plan.cells.length, "cell")}; ${countText(stages.length, "stage")}: ` +
    `${done} finished already, ${left} to run`,
  ];
  if (left > 0) {
    const source = calibration.stages > 0
      ? `from ${countText(calibration.stages, "stage")} finished on this machine`
      : "from a stated rate: no stage was finished here yet";
    lines.push(
      jobs,
      `${roughly(total)} (${source}), at most ${memoryText(peakMemory(input))} of memory`,
    );
  }
  return lines.flatMap((line) => wrapText(line, WIDTH));
}

/** Where the stages are trained, where that is not this machine. */
function placeLines({ experiment: { engine }, stages }: PlanText["plan"]): string[] {
  if (!engine?.ray) return [];
  const { ray } = engine;
  const threads = stages[0]?.spec.threads ?? 1;
  const taken = engine.kind === "verl"
    ? `${countText(engine.gpus, "GPU")} of ${
      engine.nodes > 1 ? `${engine.nodes} nodes` : "one node"
    }`
    : `${shareText(nodeShare(engine, ray.device, threads))} of one node`;
  return [`trains on Ray at ${rayAddress(ray.address)}: each stage takes ${taken}`];
}

/** Lines of a reason that a plan shows: a new policy or engine can change a dozen values. */
const REASONS = 4;

/** Every cell as a row of the grid, and every stage with its state, why it is to run, and what it will take. */
export function details({ cells, stages, grid, gpuDemands }: PlanReport): string[] {
  const state = ({ left, stages }: CellReport) =>
    left === 0
      ? "cached"
      : left === stages.length
      ? "to run"
      : `${left} of ${stages.length} to run`;
  const rows = cells.map((cell) => {
    const { arm, size, granularity, reward, seed, left, seconds, memory } = cell;
    return [
      arm,
      size,
      granularity.join(" → ") || "–",
      reward.join(" → ") || "–",
      String(seed),
      state(cell),
      left === 0 ? "" : roughly(seconds),
      memoryText(memory),
    ];
  });
  const values = (noun: string, list: readonly string[]) =>
    list.length > 1
      ? wrapText(`${noun}: ${list.join(", ")}`, WIDTH - 2).map((line) => `  ${line}`)
      : [];
  const head = ["arm", "size", "granularity", "reward", "seed", "state", "time left", "memory"];
  const work = alignColumns(stages.map((stage) => [
    stage.id,
    stateText(stage),
    stage.state === "cached" ? "" : roughly(stage.seconds),
    memoryText(stage.memory),
    stage.cells.length > 1 ? `${stage.label} (in ${stage.cells.length} cells)` : stage.label,
  ]));
  return [
    "",
    "cells",
    ...values("granularities", grid.granularities),
    ...values("rewards", grid.rewards),
    ...alignColumns([head, ...rows]),
    "",
    "stages",
    // What is new needs no reason, and would have one for each of a thousand stages.
    ...stages.flatMap(({ why, reason }, i) => [
      work[i]!,
      ...reason?.kind === "new" ? [] : whyLines(why),
    ]),
    ...gpuDemands.length === 0 ? [] : [
      "",
      ...wrapText(`GPUs (${ASSUMED})`, WIDTH),
      ...gpuDemands.flatMap(demandLines).flatMap((line) => wrapText(line, WIDTH)),
    ],
  ];
}

/** A stage's reason under its row. */
function whyLines(why: readonly string[]): string[] {
  const more = why.length - REASONS;
  const shown = more > 0 ? [...why.slice(0, REASONS), `and ${more} more: see --why`] : why;
  return shown.flatMap((line) => wrapText(line, WIDTH - 6)).map((line) => `      ${line}`);
}

/**
 * Bytes for people.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([memoryText(3 * 2 ** 28), memoryText(2 ** 40)], ["0.75 GiB", "1024 GiB"]);
 * ```
 */
export function memoryText(bytes: number): string {
  const gib = bytes / 2 ** 30;
  return `${gib < 100 ? gib.toFixed(2) : Math.round(gib)} GiB`;
}
