/**
 * @file Runs a job on a Ray cluster: submitted, or found again where an earlier process had submitted it; followed, and ended when it hangs.
 * Its folder travels as Ray's `working_dir`. What it makes comes back through `output/`, which this machine and the cluster's nodes see
 * under the same path: a checkpoint is too large for a log, and has to outlive the node that wrote it.
 */
import { InputError } from "../../errors.ts";
import type { ResolvedRay } from "../../experiment/ray.ts";
import { RowFollower } from "../../runs/row_follower.ts";
import {
  EVENTS,
  failureOf,
  forgetLaunch,
  type JobEvent,
  JobFailure,
  LOOK_MS,
  tailOf,
} from "../jobs/job_process.ts";
import {
  hasEnded,
  type RayClient,
  type RayJob,
  type RayNode,
  RayRefusal,
  RayUnreachable,
} from "./client.ts";
import { type NodeShare, shareText } from "./node_share.ts";
import { packJob } from "./package.ts";
import { quoted } from "./submit_command.ts";
import { readSubmitted, requireNoOther, withdrawSubmitted, writeSubmitted } from "./submitted.ts";

/** How to run a job on Ray. */
export interface RayJobOptions {
  /** The cluster. */
  readonly client: RayClient;
  /** Name of what it does, for people and in the job's name on the cluster: letters, digits, `-`, `_` and `.`. */
  readonly name: string;
  /** The job's folder, absolute. Its `output/` stays here, and is where the job writes. */
  readonly dir: string;
  /** Names of other folders in it that the job reads here instead of taking them along. */
  readonly stays: readonly string[];
  /** Program and arguments, to be run in the folder. */
  readonly command: readonly string[];
  /** What the job takes of its node. */
  readonly share: NodeShare;
  /** The cluster as declared. */
  readonly ray: ResolvedRay;
  /** Variables of its environment, besides those declared. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds without an event after which it counts as hung, or as too large for any node; waiting for others to end does not count. */
  readonly stallSeconds: number;
  /** Seconds that the head may be out of reach while the job says nothing. Default 60: a head that is started anew takes about 10. */
  readonly patienceSeconds?: number;
  /** Asks it to stop after the update that it is making. */
  readonly stop: AbortSignal;
  /** Updates that an earlier launch saved. */
  readonly savedStep: number;
  /** Called before the job is submitted, with the file that names it: from then on it may run on without this process. */
  onSubmit(file: string): Promise<void>;
  /** Called with each event, and waited for: the job runs on meanwhile. */
  onEvent(event: JobEvent): Promise<void>;
  /** Told what the events do not tell, for people. */
  report(message: string): void;
}

/** How often the cluster is asked, in milliseconds. */
const ASK_MS = 2000;

/** How often a job that waits for a node says so, in milliseconds. */
const REMIND_MS = 60_000;

/** How long a job that was stopped may take to end, and its last words to be seen here, in milliseconds. */
const LAST_MS = 15_000;

/** Exit code of `ray_job.sh` on a node that does not see the job's folder. */
const UNSEEN = 66;

/** Characters of Ray's own reason that an error shows. */
const SHOWN = 2000;

/**
 * Runs a job to its end. It does not end with this process: who calls again with the same folder goes on following it.
 *
 * @returns How it ended, and the updates made by then.
 * @throws {InputError} for what the user can mend: no cluster there, a node that does not see the folder, a missing package.
 * @throws {JobFailure} where the job failed, hung or was killed, or the cluster was lost.
 */
export async function runRayJob(
  options: RayJobOptions,
): Promise<{ readonly end: "finished" | "stopped"; readonly step: number }> {
  const { client, dir, share, stallSeconds, stop, onEvent, report } = options;
  const patience = options.patienceSeconds ?? 60;
  const output = `${dir}/output`;
  const events = new RowFollower(EVENTS);
  let last: JobEvent = { type: "none" };
  let heard = performance.now();
  const listen = async () => {
    for (const event of await events.read(`${output}/events.jsonl`)) {
      last = event;
      await onEvent(event);
      heard = performance.now();
    }
  };
  const submitted = await readSubmitted(output);
  if (submitted !== null && await hasFinished(output)) {
    // Nobody was there to take it.
    await listen();
    return { end: "finished", step: last.step ?? 0 };
  }
  const version = await reach(client);
  await requireNoOther(output, client.address);
  let id = submitted?.id ?? "";
  let job = submitted?.address === client.address ? await client.job(id) : null;
  if (job === null || hasEnded(job)) {
    id = `stepwise-${options.name}-${crypto.randomUUID().slice(0, 8)}`;
    await forgetLaunch(output);
    await options.onSubmit(await writeSubmitted(output, { id, address: client.address, version }));
    await submit(id, options, output).catch((error) => {
      if (!(error instanceof RayUnreachable || error instanceof RayRefusal)) throw error;
      throw new JobFailure(`${id} could not be submitted: ${error.message}`);
    });
    job = { status: "PENDING", message: "", errorType: null, exitCode: null, metadata: {} };
    report(`submitted to Ray at ${client.address} as ${id}`);
  } else {
    await Deno.remove(`${output}/stop`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // Nobody had asked it to stop.
    });
    report(`goes on following ${id} on Ray at ${client.address}`);
  }

  const wants = `${shareText(share)} on one node`;
  let asked = -Infinity;
  /** Since when, and why, the head does not answer; the reason is empty while it does. */
  const lost = { since: 0, why: "" };
  let reminded = performance.now();
  /** Asks the cluster how the job is, every now and then. */
  const ask = async () => {
    if (performance.now() - asked < ASK_MS) return;
    try {
      const before = job?.status;
      job = await client.job(id);
      if (before === "PENDING" && job?.status === "RUNNING") heard = performance.now();
      if (lost.why !== "") report(`Ray at ${client.address} answers again`);
      lost.why = "";
    } catch (error) {
      if (!(error instanceof RayUnreachable || error instanceof RayRefusal)) throw error;
      if (lost.why === "") {
        report(`${error.message}; trying again for ${patience} s`);
        lost.since = performance.now();
      }
      lost.why = error.message;
    }
    asked = performance.now();
    if (job?.status === "PENDING" && asked - reminded >= REMIND_MS) {
      report(`waits for ${wants}, and its packages there: ${describe(await nodesOf(client))}`);
      reminded = performance.now();
    }
  };
  /** Ends the job; one that waits for a node ends when it would begin. */
  const end = async () => {
    const now = await client.job(id);
    if (now?.status === "PENDING") await withdrawSubmitted(output);
    await client.stop(id);
    const until = performance.now() + LAST_MS;
    while (performance.now() < until) {
      const now = await client.job(id);
      if (now === null || hasEnded(now) || now.status === "PENDING") return;
      await sleep(LOOK_MS);
    }
  };
  const askToStop = () => void Deno.writeTextFile(`${output}/stop`, "");
  if (stop.aborted) askToStop();
  stop.addEventListener("abort", askToStop);

  /** How it ended, as far as it has said that it did. */
  const told = () =>
    last.type === "finished" || last.type === "stopped"
      ? { end: last.type, step: last.step ?? 0 } as const
      : null;

  let over = false;
  try {
    for (;;) {
      await sleep(LOOK_MS);
      await listen();
      await ask();
      // Its own word is enough where the cluster has none.
      const ended = job === null || lost.why !== "" ? told() : null;
      if (ended) {
        over = true;
        return ended;
      }
      if (job === null) {
        over = true;
        throw new JobFailure(
          `Ray at ${client.address} does not know ${id}: its head was started anew, which ends all jobs. ${await tailOf(
            output,
          )}`,
        );
      }
      if (hasEnded(job)) break;
      // Where it may have begun since it was asked for, it sees the file by itself.
      if (stop.aborted && last.type === "none" && job.status === "PENDING") {
        over = true;
        await end();
        return { end: "stopped", step: options.savedStep };
      }
      const silent = (performance.now() - heard) / 1000;
      const away = lost.why === "" ? 0 : (performance.now() - lost.since) / 1000;
      if (Math.min(silent, away) >= patience) {
        over = true; // What cannot be reached cannot be stopped.
        throw new JobFailure(
          `the cluster is lost: ${lost.why}; nor has the job said anything for ${patience} s. Where its head is back, this stage ` +
            `goes on following ${id}, or begins after its last checkpoint. ${await tailOf(output)}`,
        );
      }
      if (silent < stallSeconds || lost.why !== "") continue;
      if (job.status === "PENDING") {
        const nodes = await nodesOf(client);
        heard = performance.now();
        // Where others have the node's processors or GPUs, its turn comes.
        if (nodes?.some(({ cpus, gpus }) => cpus >= share.cpus && gpus >= share.gpus)) continue;
        throw new JobFailure(
          `Ray did not begin the job in ${stallSeconds} s (engine.stallSeconds); it wants ${wants}: ${
            describe(nodes)
          }`,
        );
      }
      throw new JobFailure(
        `the job said nothing for ${stallSeconds} s (engine.stallSeconds), last "${last.type}"; it was ended. ${await tailOf(
          output,
        )}`,
      );
    }
    over = true;
    // What it said last may be seen here later than its end.
    const until = performance.now() + (job.status === "SUCCEEDED" ? LAST_MS : 2 * LOOK_MS);
    do {
      await listen();
      const ended = told();
      if (ended) return ended;
      await sleep(LOOK_MS);
    } while (performance.now() < until);
    throw await failure(job, id, output);
  } finally {
    stop.removeEventListener("abort", askToStop);
    if (!over) await end().catch((error) => report(`${id} could not be ended: ${error.message}`));
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Whether the last launch trained to its end. */
async function hasFinished(output: string): Promise<boolean> {
  const rows = await new RowFollower(EVENTS).read(`${output}/events.jsonl`);
  return rows.at(-1)?.type === "finished";
}

/** The cluster's version of Ray, where there is a cluster. */
async function reach(client: RayClient): Promise<string> {
  try {
    return await client.version();
  } catch (error) {
    if (!(error instanceof RayUnreachable)) throw error;
    throw new InputError(
      `engine.ray: ${error.message}; expected the address of a running cluster's head (deno task doctor ray says what is there)`,
    );
  }
}

/** Sends the folder and submits the job. */
async function submit(id: string, options: RayJobOptions, output: string): Promise<void> {
  const { client, dir, ray, share } = options;
  const script = new URL("./job/ray_job.sh", import.meta.url);
  const text = new TextEncoder().encode(await Deno.readTextFile(script));
  const { name, bytes } = await packJob(dir, ["output", ...options.stays], { "ray_job.sh": text });
  await client.provide(name, bytes);
  const requirements = await Deno.readTextFile(`${dir}/requirements.txt`);
  const packages = requirements.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  await client.submit({
    id,
    entrypoint: ["bash", "ray_job.sh", ...options.command].map(quoted).join(" "),
    runtimeEnv: {
      working_dir: `gcs://${name}`,
      env_vars: { ...options.env, ...ray.env, STEPWISE_OUTPUT: output, STEPWISE_RAY_JOB: id },
      ...ray.install ? { pip: { packages, pip_check: false } } : {},
    },
    metadata: { stepwise: options.name, output },
    ...share,
  });
}

/** The cluster's nodes; null where it does not say. */
async function nodesOf(client: RayClient): Promise<readonly RayNode[] | null> {
  try {
    return await client.nodes();
  } catch (error) {
    if (error instanceof RayUnreachable || error instanceof RayRefusal) return null;
    throw error;
  }
}

/** The cluster's nodes, for people. */
function describe(nodes: readonly RayNode[] | null): string {
  if (nodes === null) return "its nodes are not known";
  const list = nodes.map(({ ip, ...share }) => `${ip}: ${shareText(share)}`);
  return `the cluster has ${list.join("; ") || "no node"}`;
}

/** Why a job came to no good end. */
async function failure(job: RayJob, id: string, output: string): Promise<Error> {
  const { status, exitCode, errorType } = job;
  const why = job.message.trim().slice(-SHOWN);
  if (status === "STOPPED") {
    return new JobFailure(`${id} was stopped on the cluster. ${await tailOf(output)}`);
  }
  if (exitCode === UNSEEN) {
    return new InputError(
      `${output}: not seen by the node of the cluster that ran the job; expected a folder that this machine and the cluster's nodes ` +
        `share, under the same path: run from one. ${why}`,
    );
  }
  if (exitCode !== null) return await failureOf(output, `${id} ended with code ${exitCode}`);
  if (errorType === "RUNTIME_ENV_SETUP_FAILURE") {
    return new JobFailure(`Ray could not prepare the node for ${id}: ${why}`);
  }
  return new JobFailure(
    `${id} was lost with its node, or killed there (${errorType ?? status}): ${why}\n${await tailOf(
      output,
    )}`,
  );
}
