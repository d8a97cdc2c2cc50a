/** @file Job folders of a plan's stages, to be run elsewhere. */
import { loadTraining, type TrainingTasks } from "../../domains/load_tasks.ts";
import { InputError } from "../../errors.ts";
import type { ResolvedEngine } from "../../experiment/engine.ts";
import type { Plan, PlannedStage } from "../../experiment/plan.ts";
import type { ResolvedPolicy } from "../../experiment/policy.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import { checkpointFolder, parseHubCheckpoint } from "../../policy/hub_checkpoint.ts";
import { openStart, startPolicy } from "../embedded/start_policy.ts";
import { submitCommand } from "../ray/submit_command.ts";
import { jobEngine } from "./engines.ts";
import type { JobModel } from "./job_config.ts";

/** Seconds between two checkpoints of an emitted job. */
const SAVE_EVERY = 600;

/** A job folder as written. */
export interface EmittedJob {
  /** The folder. */
  readonly dir: string;
  /** What starts it, in the folder. */
  readonly command: string;
}

/** Name of a stage's folder: its label for people, and its id, since labels repeat. */
function nameOf({ label, id }: PlannedStage): string {
  return `${label.replace(/[^\w.-]+/g, "-")}-${id.slice(0, 6)}`;
}

/**
 * Writes the job folder of every training stage, and runs nothing. A stage that starts from another's policy names that one's folder:
 * the jobs are run in their order.
 *
 * @param stages Those of the plan that are wanted, each after the one that it starts from.
 * @param dir A folder that is empty, or not there yet.
 * @throws {InputError} where the folder is not empty, or the stages are the embedded engine's.
 */
export async function emitJobs(
  { experiment, stages: all }: Plan,
  stages: readonly PlannedStage[],
  dir: string,
): Promise<EmittedJob[]> {
  if (experiment.engine === undefined) {
    throw new InputError(
      '--emit: found an experiment with engine "embedded"; expected a distributed one, trl({…}) or verl({…}): only these run as jobs',
    );
  }
  await Deno.mkdir(dir, { recursive: true });
  for await (const { name } of Deno.readDir(dir)) {
    throw new InputError(`--emit: ${dir}: found ${name}; expected an empty folder, or a new one`);
  }
  const byId = new Map(all.map((stage) => [stage.id, stage]));
  const made: EmittedJob[] = [];
  for (const stage of stages) {
    const { spec, label } = stage;
    if (spec.kind !== "train" || spec.trainer === undefined) continue;
    const job = `${dir}/${nameOf(stage)}`;
    await Deno.mkdir(job);
    const parent = stage.parent === null ? null : byId.get(stage.parent)!;
    const tasks = await loadTraining(spec.data, spec.prompts);
    const first = firstOf(stage, byId);
    const { data, prompts } = spec;
    const model: JobModel = parent === null
      ? await provide(first, spec, tasks, job)
      : { path: `../${nameOf(parent)}/output/final`, revision: null };
    await jobEngine(spec.trainer).write(job, {
      ...{ spec, label, tasks, model },
      start: await openStart(first, data, tasks, prompts.chat),
      saveEvery: SAVE_EVERY,
    });
    made.push({ dir: job, command: commandOf(spec, spec.trainer) });
  }
  return made;
}

/** What starts a job, in its folder. */
function commandOf({ threads, stage }: TrainingSpec, declared: ResolvedEngine): string {
  const engine = jobEngine(declared);
  const { ray } = declared;
  if (engine.severalMachines !== null) return engine.severalMachines;
  const trainer = stage.kind === "sft" ? "sft" : "grpo";
  const command = engine.command("python", trainer);
  return ray === null
    ? command.join(" ")
    : submitCommand(command, ray, engine.share(trainer, threads));
}

/** The declared policy that a stage's chain begins with. */
function firstOf(stage: PlannedStage, byId: ReadonlyMap<string, PlannedStage>): ResolvedPolicy {
  let at = stage;
  while (at.parent !== null) at = byId.get(at.parent)!;
  const { policy } = at.spec;
  if ("stage" in policy) throw new TypeError("a chain begins with a declared policy");
  return policy;
}

/** Puts the policy that a chain begins with into the job, or names it where any machine can fetch it. */
async function provide(
  policy: ResolvedPolicy,
  { data, prompts, seed }: TrainingSpec,
  tasks: TrainingTasks,
  job: string,
): Promise<JobModel> {
  const here = { path: "policy", revision: null };
  if ("init" in policy) {
    using random = await startPolicy(policy, null, data, tasks, seed, prompts.chat);
    await random.save(`${job}/policy`);
    return here;
  }
  const named = parseHubCheckpoint(policy.checkpoint, "policy");
  if (named !== null) return { path: named.hub, revision: named.revision };
  const folder = await checkpointFolder(policy.checkpoint, "policy");
  await Deno.mkdir(`${job}/policy`);
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) await Deno.copyFile(`${folder}/${name}`, `${job}/policy/${name}`);
  }
  return here;
}
