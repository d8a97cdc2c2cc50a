/** @file All that is known of a run before it begins: plan, what is finished, memory, time, provenance. */
import { countText } from "../count_text.ts";
import { requireGpu } from "../experiment/devices.ts";
import { loadExperiment } from "../experiment/load.ts";
import {
  modulesOf,
  type Plan,
  planExperiment,
  type PlannedStage,
  stagesOf,
} from "../experiment/plan.ts";
import type { StageDemand } from "../trainers/jobs/demand/stage_demand.ts";
import type { MemoryNeed } from "../trainers/embedded/memory.ts";
import type { CheckedData } from "../trainers/embedded/check_context.ts";
import { calibrate, makespan, paceOf, stageSeconds } from "./estimate.ts";
import type { ExperimentRequest } from "./experiment_request.ts";
import { defaultJobs } from "./jobs.ts";
import { memoryText, type PlanText } from "./plan_text.ts";
import { type RunProvenance, runProvenance } from "./provenance.ts";
import type { StageStore } from "./store.ts";
import { parametersOf, type Work, workOf } from "./work.ts";

/** Everything known before anything runs. */
export interface Prepared extends PlanText {
  /** Work of each stage by id. */
  readonly work: ReadonlyMap<string, Work>;
  /** What new stages are made from. */
  readonly provenance: RunProvenance;
  /** Benchmark problems that are in the training data too, by benchmark. */
  readonly overlap: CheckedData["overlap"];
}

/**
 * Loads an experiment, and plans it: identities, data, memory and time are known then, and nothing has been written.
 *
 * @throws {InputError} For what the user can mend.
 */
export async function prepare(
  request: ExperimentRequest,
  store: StageStore,
): Promise<Prepared> {
  const threads = request.threads ?? 1;
  const declared = request.experiment ?? await loadExperiment(request.file);
  // A question about a run costs nothing and sends nothing.
  const asks = request.ask === undefined;
  const plan = await planExperiment(declared, {
    asks,
    ...request.seeds ? { seeds: request.seeds } : {},
    ...request.device ? { device: request.device } : {},
    threads,
  });
  const stages = stagesOf(plan, request.only ?? Object.keys(declared.arms));
  // Imported when it is needed: `--help` and a misspelt key must not wait for the engine.
  const { checkContext } = await import("../trainers/embedded/check_context.ts");
  const { notes, overlap, memoryOf, tensorsOf, measuredOf } = await checkContext(plan.experiment, {
    asks,
  });
  const provenance = await runProvenance(request.command, modulesOf(declared));
  const calibration = await calibrate(store, provenance.cpu);
  const parameters = new Map<string, number>();
  for (const [size, policy] of Object.entries(declared.policy)) {
    parameters.set(size, await parametersOf(policy));
  }
  const work = new Map(
    stages.map(({ id, spec, size }) => [id, workOf(spec, parameters.get(size) ?? 0)]),
  );
  const has = await Promise.all(stages.map(({ id }) => store.has(id)));
  const finished = new Set(stages.flatMap(({ id }, i) => has[i] ? [id] : []));
  // A question needs no GPU.
  if (asks) {
    await requireGpu(
      stages.flatMap(({ id, spec, label }) =>
        spec.kind === "train" && spec.stage.device === "gpu" && !finished.has(id) ? [label] : []
      ),
    );
  }
  const chosen = defaultJobs(navigator.hardwareConcurrency, threads);
  const atOnce = request.jobs ?? chosen.jobs;
  const { memoryBound, requireMemory, totalBytes } = await import(
    "../trainers/embedded/memory.ts"
  );
  const needs = new Map(
    stages.map((
      { id, size, spec },
    ) => [
      id,
      // What PyTorch takes, and on which machine, is not known here.
      spec.kind === "train" && spec.trainer
        ? []
        : memoryOf(size, spec.kind === "train" ? spec.stage : null),
    ]),
  );
  const host = (id: string) => needs.get(id)!.filter(({ onGpu }) => !onGpu);
  await requireBindableStages(plan, stages, tensorsOf);
  requireMemory(
    stages.filter(({ id }) => !finished.has(id))
      .map(({ id, label }) => ({ label, needs: host(id) })),
    atOnce,
    await memoryBound(declared.memory),
  );
  const demands = await gpuDemandsOf(stages, measuredOf);
  const { secondsOf } = await import("../trainers/jobs/demand/stage_demand.ts");
  const seconds = new Map(
    stages.filter(({ id }) => !finished.has(id)).map(({ id, spec, label }) => {
      const demand = demands.get(unseeded(label));
      // Where stages of this kind were finished here, their pace says more than a count.
      return [
        id,
        demand !== undefined && calibration.factors[paceOf(spec)] === undefined
          ? secondsOf(demand)
          : stageSeconds(paceOf(spec), work.get(id)!, calibration),
      ];
    }),
  );
  const why = request.jobs === undefined ? chosen.why : "--jobs";
  return {
    plan,
    notes: [
      ...notes,
      ...engineNotes(plan),
      ...plan.device === null ? [] : [plan.device],
      ...gpuNotes(stages, needs),
    ],
    gpuDemands: [...demands.values()],
    overlap,
    stages,
    finished,
    seconds,
    work,
    provenance,
    calibration,
    memory: new Map([...needs.keys()].map((id) => [id, totalBytes(host(id))])),
    atOnce,
    total: makespan(stages, seconds, atOnce),
    jobs: `${atOnce} at once, ${threads === 1 ? "one thread" : `${threads} threads`} each (${why})`,
  };
}

/** Fails where a stage on a GPU has a tensor that its driver lets no kernel read. */
async function requireBindableStages(
  { adapter }: Plan,
  stages: readonly PlannedStage[],
  tensorsOf: CheckedData["tensorsOf"],
): Promise<void> {
  if (adapter === null) return;
  const { gpuProvider } = await import("../engine/gpu.ts");
  if (gpuProvider() !== "webgpu") return; // Others have no such limit.
  const { requireBindable } = await import("../trainers/embedded/gpu_tensors.ts");
  const seen = new Set<string>();
  for (const { spec, size, label } of stages) {
    if (spec.kind !== "train" || spec.stage.device !== "gpu" || seen.has(unseeded(label))) continue;
    seen.add(unseeded(label));
    requireBindable(label, tensorsOf(size, spec.stage), adapter);
  }
}

/** What each stage on a GPU takes of its memory, once for all seeds. */
function gpuNotes(
  stages: readonly PlannedStage[],
  needs: ReadonlyMap<string, readonly MemoryNeed[]>,
): string[] {
  const lines = stages.flatMap(({ id, label }) => {
    const there = needs.get(id)!.filter(({ onGpu }) => onGpu);
    if (there.length === 0) return [];
    const largest = there.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3)
      .map(({ what, bytes }) => `${what} ${memoryText(bytes)}`);
    const total = there.reduce((sum, { bytes }) => sum + bytes, 0);
    return [
      `${unseeded(label)}: ${memoryText(total)} of the GPU's memory (${largest.join(", ")}, …)`,
    ];
  });
  return [...new Set(lines)];
}

/** A stage's label without its seed. */
function unseeded(label: string): string {
  return label.replace(/, seed \d+$/, "");
}

/** What each training stage of a distributed engine takes, once for all seeds. */
async function gpuDemandsOf(
  stages: readonly PlannedStage[],
  measuredOf: CheckedData["measuredOf"],
): Promise<ReadonlyMap<string, StageDemand>> {
  const { stageDemand } = await import("../trainers/jobs/demand/stage_demand.ts");
  const made = new Map<string, StageDemand>();
  for (const { spec, size, label } of stages) {
    if (spec.kind !== "train" || spec.trainer === undefined) continue;
    const name = unseeded(label);
    if (made.has(name)) continue;
    const demand = stageDemand(name, spec.trainer, spec.stage, measuredOf(size, spec.stage));
    if (demand !== null) made.set(name, demand);
  }
  return made;
}

/** What trains the stages, where that is not the embedded engine. */
function engineNotes({ experiment: { engine } }: Plan): string[] {
  if (engine === undefined) return [];
  const { kind, nodes, packages, precision } = engine;
  const machines = nodes === 1 ? "" : ` on each of ${nodes} machines`;
  const name = `engine: ${kind} ${packages[kind]}`;
  if (engine.kind === "verl") {
    const { gpus, tensorParallel, offload } = engine;
    return [
      `${name}, ${
        countText(gpus, "GPU")
      }${machines}, ${precision}, tensorParallel ${tensorParallel}, offload ${offload}`,
    ];
  }
  const { processes, sharding } = engine;
  const world = `${processes} process${processes === 1 ? "" : "es"}`;
  return [`${name}, ${world}${machines}, ${precision}, sharding ${sharding}`];
}
