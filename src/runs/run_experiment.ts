/** @file The whole of `deno task experiment`: load, plan, run, collect, write. */
import { loadExperiment } from "../experiment/load.ts";
import { type Plan, planExperiment, type PlannedStage, stagesOf } from "../experiment/plan.ts";
import type { CheckedData } from "../trainers/embedded/check_context.ts";
import { duration } from "./clock.ts";
import { collect, type Collected } from "./collect.ts";
import { diskFull, isDiskFull } from "./disk_full.ts";
import { calibrate, kindOf, makespan, stageSeconds } from "./estimate.ts";
import type { StageFailure } from "./events.ts";
import { defaultJobs } from "./jobs.ts";
import { details, type PlanText, summary } from "./plan_text.ts";

import { recordPlan } from "./plan_records.ts";
import { Progress } from "./progress.ts";
import { type RunProvenance, runProvenance } from "./provenance.ts";
import { lockResults, requireWritable, sweepResults } from "./results_folder.ts";
import { type RunResult, runStages } from "./runner.ts";
import { StageStore } from "./store.ts";
import { parametersOf, type Work, workOf } from "./work.ts";

/** What the user asks for. */
export interface ExperimentRequest {
  /** The experiment file. */
  readonly file: string;
  /** Seeds instead of the declared ones. */
  readonly seeds?: readonly number[];
  /** Arms to run; the others are shown where they are finished. */
  readonly only?: readonly string[];
  /** Stages at once, instead of the default. */
  readonly jobs?: number;
  /** Seconds between two savings of a training stage's state; absent: the trainer's choice. */
  readonly saveEvery?: number;
  /** Only say what would be done. */
  readonly plan: boolean;
  /** The command line, for the provenance. */
  readonly command: readonly string[];
}

/** What results are made from. */
export interface Finished extends Collected {
  /** Benchmark problems that are in the training data too, by benchmark. */
  readonly overlap: CheckedData["overlap"];
}

/** Writes the results of the finished cells; returns the text to show and the files written. */
export type ResultWriter = (
  dir: string,
  plan: Plan,
  finished: Finished,
) => Promise<{
  /** The table, for the terminal. */
  readonly text: string;
  /** Paths of the files. */
  readonly files: readonly string[];
}>;

/** What the run needs of the world. */
export interface ExperimentHost {
  /** Folder of all that runs leave behind. */
  readonly root: string;
  /** Folder of the results. */
  readonly results: string;
  /** Program and arguments of a stage's process. */
  readonly stageCommand: readonly string[];
  /** Columns of the terminal; null where the output is none. */
  readonly columns: number | null;
  /** Ends the run. */
  readonly signal: AbortSignal;
  /** Writes the results. */
  readonly writeResults: ResultWriter;
  /** Shows text as it is. */
  write(text: string): void;
}

/** Everything known before anything runs. */
interface Prepared extends PlanText {
  readonly work: ReadonlyMap<string, Work>;
  readonly provenance: RunProvenance;
  readonly atOnce: number;
  readonly overlap: CheckedData["overlap"];
}

async function prepare(request: ExperimentRequest, store: StageStore): Promise<Prepared> {
  const declared = await loadExperiment(request.file);
  const plan = await planExperiment(declared, request.seeds ? { seeds: request.seeds } : {});
  const stages = stagesOf(plan, request.only ?? Object.keys(declared.arms));
  // Imported when it is needed: `--help` and a misspelt key must not wait for the engine.
  const { checkContext } = await import("../trainers/embedded/check_context.ts");
  const { notes, overlap, memoryOf } = await checkContext(plan.experiment);
  const provenance = await runProvenance(request.command);
  const calibration = await calibrate(store, provenance.cpu);
  const parameters = new Map<string, number>();
  for (const [size, policy] of Object.entries(declared.policy)) {
    parameters.set(size, await parametersOf(policy));
  }
  const work = new Map(
    stages.map(({ id, spec, size }) => [id, workOf(spec, parameters.get(size) ?? 0)]),
  );
  const finished = new Set<string>();
  for (const { id } of stages) if (await store.has(id)) finished.add(id);
  const chosen = defaultJobs(navigator.hardwareConcurrency);
  const atOnce = request.jobs ?? chosen.jobs;
  const { memoryBound, requireMemory } = await import("../trainers/embedded/memory.ts");
  requireMemory(
    stages.filter(({ id }) => !finished.has(id)).map(({ label, size, spec }) => ({
      label,
      needs: memoryOf(size, spec.kind === "train" ? spec.stage : null),
    })),
    atOnce,
    await memoryBound(declared.memory),
  );
  const seconds = new Map(
    stages.filter(({ id }) => !finished.has(id))
      .map(({ id, spec }) => [id, stageSeconds(kindOf(spec), work.get(id)!, calibration)]),
  );
  const why = request.jobs === undefined ? chosen.why : "--jobs";
  return {
    plan,
    notes,
    overlap,
    stages,
    finished,
    seconds,
    work,
    provenance,
    calibration,
    atOnce,
    total: makespan(stages, seconds, atOnce),
    jobs: `${atOnce} at once, one thread each (${why})`,
  };
}

/** Runs the stages under a display. */
async function execute(
  prepared: Prepared,
  store: StageStore,
  host: ExperimentHost,
  { saveEvery }: ExperimentRequest,
): Promise<RunResult> {
  const { stages, seconds, work, provenance, atOnce: jobs } = prepared;
  const progress = new Progress({
    stages,
    seconds,
    jobs,
    columns: host.columns,
    write: host.write,
    now: () => performance.now(),
  });
  const beat = setInterval(() => progress.beat(), 1000);
  const stopping = () =>
    progress.note(
      "stopping: stages save their state after the update they are at; again to end at once",
    );
  host.signal.addEventListener("abort", stopping);
  try {
    return await runStages(stages, {
      store,
      jobs,
      command: host.stageCommand,
      provenance,
      work,
      seconds,
      ...saveEvery === undefined ? {} : { saveEvery },
      signal: host.signal,
      onEvent: (event) => progress.event(event),
    });
  } finally {
    host.signal.removeEventListener("abort", stopping);
    clearInterval(beat);
    progress.close();
  }
}

/** A failure with the end of its log. */
function failureLines({ stage, reason, tail, dir }: StageFailure): string[] {
  return [
    "",
    `failed: ${stage.label}: ${reason}`,
    `  log: ${dir}/log.txt`,
    ...tail.map((l) => `  | ${l}`),
  ];
}

/** `1 stage`, `2 stages`. */
function stagesText(list: readonly PlannedStage[]): string {
  return `${list.length} stage${list.length === 1 ? "" : "s"}`;
}

/**
 * Runs an experiment, or says what a run would do.
 *
 * @returns The process's exit code: 0, 1 when a stage failed, 130 when it was interrupted.
 * @throws {InputError} For what the user can mend; nothing of the results is written then.
 */
export async function runExperiment(
  request: ExperimentRequest,
  host: ExperimentHost,
): Promise<number> {
  const begun = performance.now();
  const say = (...lines: readonly string[]) => host.write(lines.join("\n") + "\n");
  say(request.file);
  const store = new StageStore(host.root);
  const prepared = await prepare(request, store);
  say(...summary(prepared));
  if (request.plan) {
    say(...details(prepared));
    return 0;
  }
  const dir = `${host.results}/${prepared.plan.experiment.name}`;
  await requireWritable(host.root);
  await requireWritable(host.results);
  try {
    await recordPlan(host.root, request.file, prepared.plan);
    await sweepResults(dir, host.root);
  } catch (error) {
    throw isDiskFull(error) ? diskFull(host.root) : error;
  }
  const result = await execute(prepared, store, host, request);
  const passed = () => duration((performance.now() - begun) / 1000);
  if (result.interrupted) {
    say(
      `interrupted after ${passed()}; what was finished or saved is kept. To go on:`,
      `  ${request.command.join(" ")}`,
    );
    return 130;
  }
  const collected = await collect(prepared.plan, store);
  if (collected.cells.length > 0) {
    using _lock = await lockResults(dir, host.root);
    const { text, files } = await host.writeResults(dir, prepared.plan, {
      ...collected,
      overlap: prepared.overlap,
    }).catch((error) => {
      throw isDiskFull(error) ? diskFull(host.results) : error;
    });
    say("", text.trimEnd(), "", "written:", ...files.map((file) => `  ${file}`));
  }
  const { made, reused, failed, skipped } = result;
  const missing = collected.missing.length;
  if (missing > 0) say("", `${missing} of ${prepared.plan.cells.length} cells are not finished`);
  for (const failure of failed) say(...failureLines(failure));
  const counts = [
    `${stagesText(made)} made`,
    `${reused.length} reused from ${host.root}`,
    ...failed.length > 0 ? [`${failed.length} failed, ${skipped.length} not begun for it`] : [],
  ];
  say("", `${counts.join(", ")}; ${passed()}`);
  return failed.length > 0 ? 1 : 0;
}
