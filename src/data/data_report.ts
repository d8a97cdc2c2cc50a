/** @file What a file of solutions comes to as training data, as one object to print. */
import { InputError, refusedAt } from "../errors.ts";
import { type Distribution, distributionOf } from "./distribution.ts";
import type { DropSummary } from "./account.ts";
import type { DroppedRow } from "./ledger.ts";
import type { LoadedTrajectories } from "./load_trajectories.ts";
import type { StepContext } from "./granularity/context.ts";
import type { Granularity } from "./granularity/granularity.ts";
import { type StepInstanceOptions, stepInstances, type StepTargets } from "./step_instances.ts";
import type { StepInstance } from "./trajectory.ts";

/** What a file of solutions comes to. Lengths count Unicode code points. */
export interface DataReport {
  /** The file. */
  readonly source: string;
  /** Rows in the file. */
  readonly rows: number;
  /** Problems with a usable solution. */
  readonly problems: number;
  /** Their steps in all. */
  readonly steps: number;
  /** Step instances made of them. */
  readonly instances: number;
  /** What one action is. */
  readonly granularity: Granularity;
  /** Problems that give no instance: they have no action in the targets, or no answer where that is the action. */
  readonly unused: number;
  /** Which actions became targets. */
  readonly targets: StepTargets;
  /** Whether prompts give the next step's title. */
  readonly nextTitle: boolean;
  /** How much of the solution so far prompts show. */
  readonly context: StepContext;
  /** Problems that have a final answer to verify. */
  readonly answers: number;
  /** Problems that have a full trace of reasoning. */
  readonly reasonings: number;
  /** Problems whose solution had text before step 1, which was left out. */
  readonly introductions: number;
  /** Steps of a problem; null where no row was usable, as below. */
  readonly stepsPerProblem: Distribution | null;
  /** Length of a problem's text. */
  readonly problemLength: Distribution | null;
  /** Length of an instance's prompt. */
  readonly promptLength: Distribution | null;
  /** Length of an instance's target. */
  readonly targetLength: Distribution | null;
  /** Dropped rows by reason. */
  readonly reasons: readonly DropSummary<DroppedRow>[];
  /** Every dropped row. */
  readonly dropped: readonly DroppedRow[];
  /** The instance to show; null where there is none. */
  readonly shown: StepInstance | null;
}

/**
 * Makes the step instances of loaded trajectories and measures them.
 *
 * Throws an `InputError` if there is nothing of the id to show.
 *
 * @param show Id of a step instance, or of a problem for its middle instance; without it, that of the first problem that gives any.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ledger } from "./ledger.ts";
 *
 * const ledger = new Ledger("two.jsonl");
 * ledger.use();
 * const steps = [{ action: "x = 6" }, { action: "\\boxed{6}" }];
 * const loaded = {
 *   trajectories: [{ id: "p1", problem: "x/2 = 3?", steps, answer: "6" }],
 *   ledger,
 *   introductions: 0,
 * };
 * const report = reportData(loaded, { targets: "1..N" });
 * assertEquals([report.problems, report.steps, report.instances, report.shown?.id], [1, 2, 2, "p1#1"]);
 * ```
 */
export function reportData(
  loaded: LoadedTrajectories,
  options: StepInstanceOptions,
  show?: string,
): DataReport {
  const { trajectories, ledger, introductions } = loaded;
  const instances = trajectories.flatMap((trajectory) =>
    refusedAt(`${ledger.source}: ${trajectory.id}`, () => stepInstances(trajectory, options))
  );
  const used = new Set(instances.map(({ trajectoryId }) => trajectoryId));
  const steps = trajectories.map(({ steps }) => steps.length);
  return {
    source: ledger.source,
    rows: ledger.rows,
    problems: trajectories.length,
    steps: steps.reduce((sum, count) => sum + count, 0),
    instances: instances.length,
    unused: trajectories.length - used.size,
    granularity: options.granularity ?? "step",
    targets: options.targets,
    nextTitle: options.nextTitle ?? false,
    context: options.context ?? "all",
    answers: trajectories.filter(({ answer }) => answer !== "").length,
    reasonings: trajectories.filter(({ reasoning }) => reasoning !== undefined).length,
    introductions,
    stepsPerProblem: distributionOf(steps),
    problemLength: distributionOf(trajectories.map(({ problem }) => lengthOf(problem))),
    promptLength: distributionOf(instances.map(({ prompt }) => lengthOf(prompt))),
    targetLength: distributionOf(instances.map(({ target }) => lengthOf(target))),
    reasons: ledger.reasons(),
    dropped: ledger.dropped,
    shown: choose(instances, loaded, show),
  };
}

function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function choose(
  instances: readonly StepInstance[],
  { ledger }: LoadedTrajectories,
  show: string | undefined,
): StepInstance | null {
  const exact = instances.find(({ id }) => id === show);
  if (exact !== undefined) return exact;
  const problem = show ?? instances[0]?.trajectoryId;
  const ofProblem = instances.filter(({ trajectoryId }) => trajectoryId === problem);
  const middle = ofProblem[(ofProblem.length - 1) >> 1];
  if (middle !== undefined) return middle;
  if (show === undefined) return null;
  const name = JSON.stringify(show);
  const dropped = ledger.dropped.find(({ id }) => id === show);
  if (dropped !== undefined) {
    throw new InputError(
      `${ledger.source}:${dropped.row}: ${name} was dropped (${dropped.reason}): ${dropped.detail}`,
    );
  }
  const example = instances[0] === undefined
    ? ""
    : `; ids are like ${JSON.stringify(instances[0].id)}`;
  throw new InputError(`${ledger.source}: there is no problem or step instance ${name}${example}`);
}
