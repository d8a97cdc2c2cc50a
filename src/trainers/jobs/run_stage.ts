/** @file One training stage on a distributed engine: writes its job, runs it here or on Ray, and takes back what it made. */
import { basename } from "node:path";
import { loadTraining } from "../../domains/load_tasks.ts";
import { InputError } from "../../errors.ts";
import type { TrainingSpec } from "../../experiment/specs.ts";
import { writeWhole } from "../../files.ts";
import { hashFile } from "../../hash_file.ts";
import { METRICS, ROLLOUTS } from "../../results/jsonl_rows.ts";
import { TRAINER, type TrainerProvenance } from "../../runs/provenance.ts";
import { writeLedgers } from "../../runs/ledgers.ts";
import { readResume, resumableSeconds, UNFINISHED, writeResume } from "../../runs/resumable.ts";
import { RowFollower } from "../../runs/row_follower.ts";
import type { StageContext } from "../../runs/stage.ts";
import { StageStopped } from "../../runs/stopped.ts";
import { JsonLines } from "../embedded/json_lines.ts";
import { lineageOf } from "../embedded/lineage.ts";
import { startPolicy } from "../embedded/start_policy.ts";
import { rayAddress, RayClient } from "../ray/client.ts";
import { deviceVariables } from "../ray/node_share.ts";
import { runRayJob } from "../ray/run_ray_job.ts";
import { readSubmitted, requireNoOther } from "../ray/submitted.ts";
import { readBest } from "./best.ts";
import { loadWeights, Validations } from "./checkpoints.ts";
import { jobEngine } from "./engines.ts";
import { type JobEvent, runJob } from "./job_process.ts";
import { requirePython } from "./python.ts";
import { TIMINGS } from "./timings.ts";
import { openValidator } from "./validator.ts";

/** Seconds between two checkpoints where nobody says: writing one of a large policy takes a minute. */
const SAVE_EVERY = 600;

/**
 * Trains what the spec says, as the embedded engine's `runTrainingStage` does, and leaves the same files: `checkpoint/`, `metrics.jsonl`,
 * `rollouts.jsonl`, `timings.jsonl`; besides the job in `job/`, and in `trainer.json` the versions of what trained.
 *
 * @throws {InputError} where Python, a package or a GPU is missing, or the stage is for several machines.
 */
export async function runJobStage(spec: TrainingSpec, context: StageContext): Promise<void> {
  const { trainer: declared, stage } = spec;
  if (declared === undefined) throw new TypeError("a stage of the embedded engine");
  const engine = jobEngine(declared);
  const { ray } = declared;
  if (engine.severalMachines !== null) {
    throw new InputError(
      `engine.nodes: found ${declared.nodes}; expected 1 to run here: ` +
        "`--plan --emit DIR` writes the jobs with their SLURM scripts",
    );
  }
  if (ray === null) await engine.requireMachine();
  const python = ray === null ? await requirePython(engine.name, declared.packages) : null;
  const began = performance.now();
  const earlier = await resumableSeconds(context.dir);
  const job = `${context.dir}/job`;
  const output = `${job}/output`;
  const tasks = await loadTraining(spec.data, spec.prompts);
  using policy = await startPolicy(
    spec.policy,
    context.parent,
    spec.data,
    tasks,
    spec.seed,
    spec.prompts.chat,
  );
  await Deno.mkdir(job, { recursive: true });
  if (ray === null) await requireNoOther(output, null);
  if (context.parent === null) await policy.save(`${job}/policy`);
  const { config, tasks: fitted } = await engine.write(job, {
    ...{ spec, tasks, start: policy },
    label: `${stage.kind}, seed ${spec.seed}`,
    // On Ray the job reads it where it is: it is too large to travel.
    model: { path: context.parent ?? (ray === null ? "policy" : `${job}/policy`), revision: null },
    saveEvery: context.saveEvery ?? SAVE_EVERY,
  });

  using validator = fitted.validation.length > 0 && !engine.validates
    ? await openValidator(policy, stage, fitted, context)
    : null;
  const validations = validator && await Validations.open(
    `${context.dir}/validations.json`,
    `${output}/snapshots`,
    async (snapshot) => {
      if (snapshot !== null) await loadWeights(policy, snapshot);
      return await validator.validate();
    },
    validator.scoreOf,
  );
  const { updates, updatesPerBatch } = config;
  const isDue = (step: number) => step % stage.validateEvery < updatesPerBatch || step === updates;

  // What an earlier process wrote here is written again from the job's own files, which go on.
  using metrics = new JsonLines(`${context.dir}/metrics.jsonl`);
  using rollouts = stage.kind === "sft" ? null : new JsonLines(`${context.dir}/rollouts.jsonl`);
  using timings = new JsonLines(`${context.dir}/timings.jsonl`);
  const followers = {
    metrics: new RowFollower(METRICS),
    rollouts: new RowFollower(ROLLOUTS),
    timings: new RowFollower(TIMINGS),
  };
  const progress = (done: number, note: string) =>
    context.report({ type: "progress", done, total: updates, unit: "updates", note });
  const take = async () => {
    if (rollouts) rollouts.write(...await followers.rollouts.read(`${output}/rollouts.jsonl`));
    for (const row of await followers.metrics.read(`${output}/metrics.jsonl`)) {
      const validated = validations && isDue(row.step) ? await validations.at(row.step) : null;
      metrics.write({ ...row, ...validated });
      // A job that validates says what came of the last update, too.
      if (row.step >= updates) continue;
      const best = validations?.best?.score[0] ?? row["validation"];
      const noted = row["reward"] === undefined
        ? `loss ${row["loss"]?.toFixed(3)}`
        : `reward ${row["reward"]?.toFixed(2) ?? "none"} kept ${row["kept"]}/${
          row["kept"]! + row["dropped"]!
        }`;
      progress(
        row.step + updatesPerBatch,
        best === undefined || best === null ? noted : `${noted} best ${(100 * best).toFixed(1)} %`,
      );
    }
    timings.write(...await followers.timings.read(`${output}/timings.jsonl`));
  };
  progress(0, "");
  const save = async (step: number, file: string) =>
    await writeResume(context.dir, {
      step,
      seconds: earlier + (performance.now() - began) / 1000,
      files: {},
      tensors: { file: file.slice(context.dir.length + 1), sha256: await hashFile(file, "resume") },
      state: null,
    });
  const env = {
    OMP_NUM_THREADS: `${spec.threads}`,
    TOKENIZERS_PARALLELISM: "false",
    ...ray ? deviceVariables(ray.device) : {},
  };
  const shared = {
    dir: job,
    stallSeconds: declared.stallSeconds,
    stop: context.stop ?? new AbortController().signal,
    onEvent: async ({ type, step, python: version, processes }: JobEvent) => {
      if (type === "began") {
        if (step! > 0) context.report({ type: "log", message: `goes on after update ${step}` });
        const versions = {
          ...version === undefined ? {} : { python: version },
          ...ray ? { ray: (await readSubmitted(output))!.version } : {},
          // The job has made sure that it has these.
          ...declared.packages,
        };
        const trainer: TrainerProvenance = { engine: engine.name, processes: processes!, versions };
        await writeWhole(`${context.dir}/${TRAINER}`, `${JSON.stringify(trainer)}\n`);
      }
      // Before it began the job's files hold rows that it may take back.
      if (["began", "updated", "stopped", "finished"].includes(type)) await take();
      if (type === "saved") await save(step!, `${output}/resume.json`);
    },
  };
  const saved = await readResume(context.dir);
  const savedStep = saved === null || saved === "damaged" ? 0 : saved.step;
  const { end, step } = ray
    ? await runRayJob({
      ...{ ...shared, ray, env, savedStep },
      client: new RayClient(rayAddress(ray.address)),
      name: basename(context.dir, UNFINISHED),
      stays: ["policy"],
      command: engine.command("python", config.trainer),
      share: engine.share(config.trainer, spec.threads),
      // From then on the folder must outlive this process: the job writes into it.
      onSubmit: (file) => save(savedStep, file),
      report: (message) => context.report({ type: "log", message }),
    })
    : await runJob({
      ...shared,
      command: engine.command(python!.program, config.trainer),
      env: { ...env, STEPWISE_DENO: Deno.execPath() },
    });
  if (end === "stopped") throw new StageStopped(step);
  let made = `${output}/final`;
  if (validations) {
    metrics.write({ step: updates, ...await validations.at(updates) });
    made = `${output}/snapshots/step-${validations.best!.step}`;
  } else if (config.validateEvery !== null) {
    made = `${output}/snapshots/step-${(await readBest(`${output}/best.json`)).step}`;
  }
  await loadWeights(policy, made);
  if (tasks.ledger !== null) await writeLedgers(context.dir, { data: tasks.ledger });
  await policy.save(`${context.dir}/checkpoint`, await lineageOf(spec, context.parent));
  // The job stays as it was given; what it made is in the stage's own files now.
  await Deno.remove(`${context.dir}/validations.json`).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  if (context.parent === null) await Deno.remove(`${job}/policy`, { recursive: true });
  await Deno.rename(`${output}/log.txt`, `${job}/log.txt`);
  await Deno.remove(output, { recursive: true });
}
