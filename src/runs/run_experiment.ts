/** @file The whole of `deno task experiment`: load, plan, run, collect, write. */
import { countText } from "../count_text.ts";
import type { Plan } from "../experiment/plan.ts";
import { safeLine } from "../results/glyphs.ts";
import type { CheckedData } from "../trainers/embedded/check_context.ts";
import { BoardWriter } from "./board.ts";
import { findCell } from "./cell_name.ts";
import { duration } from "./clock.ts";
import { collect, type Collected } from "./collect.ts";
import { comparedCell } from "./compared_cell.ts";
import { diskFull, isDiskFull } from "./disk_full.ts";
import type { StageFailure } from "./events.ts";
import type { ExperimentRequest } from "./experiment_request.ts";
import { planReport } from "./plan_report.ts";
import { details, summary } from "./plan_text.ts";
import { recordPlan } from "./plan_records.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { Progress } from "./progress.ts";
import { lastCells } from "./read_cells.ts";
import { lockResults, requireWritable, sweepResults } from "./results_folder.ts";
import { type RunResult, runStages } from "./runner.ts";
import { shellText } from "./shell_text.ts";
import { StageStore } from "./store.ts";
import { openTrackers } from "./tracking/open_trackers.ts";
import type { Tracker } from "./tracking/tracker.ts";
import { Tracking } from "./tracking/tracking.ts";
import { whyLines } from "./why_text.ts";

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

/** Where warnings are shown: at first as lines, then among the progress. */
interface Warnings {
  show(text: string): void;
}

/** Runs the stages under a display, and tells trackers. */
async function execute(
  prepared: Prepared,
  store: StageStore,
  host: ExperimentHost,
  { saveEvery }: ExperimentRequest,
  trackers: readonly Tracker[],
  warnings: Warnings,
): Promise<RunResult> {
  const { plan, stages, seconds, work, provenance, atOnce: jobs } = prepared;
  const progress = new Progress({
    stages,
    seconds,
    jobs,
    columns: host.columns,
    write: host.write,
    now: () => performance.now(),
  });
  warnings.show = (text) => progress.note(text);
  const board = await BoardWriter.open({ root: host.root, plan, stages, seconds, jobs });
  const tracking = trackers.length > 0 ? new Tracking({ plan, store, provenance, trackers }) : null;
  const beat = setInterval(() => {
    progress.beat();
    board?.beat();
  }, 1000);
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
      onEvent: (event) => {
        progress.event(event);
        tracking?.event(event);
        board?.event(event);
      },
    });
  } finally {
    host.signal.removeEventListener("abort", stopping);
    clearInterval(beat);
    const fault = board?.close() ?? null;
    for (const line of await tracking?.close() ?? []) progress.note(line);
    if (fault !== null) progress.note(fault);
    progress.close();
  }
}

/** A failure with the end of its log, which may quote what a policy or a file says. */
function failureLines({ stage, reason, tail, dir }: StageFailure): string[] {
  return [
    "",
    `failed: ${stage.label}: ${safeLine(reason)}`,
    `  log: ${dir}/log.txt`,
    ...tail.map((line) => `  | ${safeLine(line)}`),
  ];
}

/**
 * Runs an experiment, or answers what is asked of it.
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
  const { ask } = request;
  const json = ask?.kind === "plan" && ask.json;
  if (!json) say(request.file);
  const store = new StageStore(host.root);
  const prepared = await prepare(request, store);
  if (ask?.kind === "diff") {
    const { diffLines } = await import("./diff_text.ts");
    const { plan } = prepared;
    const [left, right] = ask.cells;
    say(
      ...await diffLines(
        await comparedCell(left, plan, request),
        await comparedCell(right, plan, request),
        store,
      ),
    );
    return 0;
  }
  if (ask) {
    const last = await lastCells(host.results, prepared.plan.experiment.name);
    const report = await planReport(prepared, last, store);
    if (json) say(JSON.stringify(report, null, 2));
    else if (ask.kind === "why") {
      say(...await whyLines(report, findCell(report.cells, ask.cell, "--why"), store));
    } else say(...summary(prepared), ...details(report));
    if (ask.kind === "plan" && ask.emit !== undefined) {
      const { emitJobs } = await import("../trainers/jobs/emit_jobs.ts");
      const jobs = await emitJobs(prepared.plan, prepared.stages, ask.emit);
      if (!json) {
        say(
          "",
          "written:",
          ...jobs.map(({ dir, command }) => `  cd ${dir} && ${command}`),
        );
      }
    }
    return 0;
  }
  say(...summary(prepared));
  const { name } = prepared.plan.experiment;
  const dir = `${host.results}/${name}`;
  const warnings: Warnings = { show: (text) => say(text) };
  const warn = (text: string) => warnings.show(text);
  const trackers = await openTrackers(request.track ?? [], name, dir, warn);
  await requireWritable(host.root);
  await requireWritable(host.results);
  try {
    await recordPlan(host.root, request.file, prepared.plan);
    await sweepResults(dir, host.root);
  } catch (error) {
    throw isDiskFull(error) ? diskFull(host.root) : error;
  }
  const result = await execute(prepared, store, host, request, trackers, warnings);
  const passed = () => duration((performance.now() - begun) / 1000);
  if (result.interrupted) {
    say(
      `interrupted after ${passed()}; what was finished or saved is kept. To go on:`,
      `  ${safeLine(shellText(request.command))}`,
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
  if (missing > 0) say("", `not finished: ${missing} of ${prepared.plan.cells.length} cells`);
  for (const failure of failed) say(...failureLines(failure));
  const counts = [
    `${countText(made.length, "stage")} made`,
    `${reused.length} reused from ${host.root}`,
    ...failed.length > 0 ? [`${failed.length} failed, ${skipped.length} not begun for it`] : [],
  ];
  say("", `${counts.join(", ")}; ${passed()}`);
  return failed.length > 0 ? 1 : 0;
}
