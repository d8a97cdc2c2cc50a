/** @file A job's processes: started, listened to, and ended when they hang. */
import { InputError } from "../../errors.ts";
import { readTextIfPresent } from "../../files.ts";
import type { RowKind } from "../../results/jsonl_rows.ts";
import { RowFollower } from "../../runs/row_follower.ts";

/** What a job tells while it runs. */
export interface JobEvent {
  /** What happens: `began`, `sampling`, `scoring`, `alive`, `updated`, `snapshot`, `saved`, `stopped` or `finished`. */
  readonly type: string;
  /** Updates made so far, where it says so. */
  readonly step?: number;
  /** Version of the Python that runs it, where it says so. */
  readonly python?: string;
  /** Processes that train, where it says so. */
  readonly processes?: number;
}

/** What a job's `events.jsonl` holds. */
export const EVENTS: RowKind<JobEvent> = {
  name: "job event",
  check: (value) => {
    const { type, step, python, processes } = (value ?? {}) as Record<string, unknown>;
    if (typeof type !== "string") return { problem: "type: expected a text" };
    return {
      row: {
        type,
        ...typeof step === "number" ? { step } : {},
        ...typeof python === "string" ? { python } : {},
        ...typeof processes === "number" ? { processes } : {},
      },
    };
  },
};

/** How to run a job. */
export interface JobProcessOptions {
  /** The job's folder. */
  readonly dir: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Variables of its environment besides the caller's. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds without an event after which it counts as hung. */
  readonly stallSeconds: number;
  /** Asks it to stop after the update that it is making. */
  readonly stop: AbortSignal;
  /** Called with each event, and waited for: the job runs on meanwhile. */
  onEvent(event: JobEvent): Promise<void>;
}

/**
 * A job that failed. Without a stack: it says nothing about this program, and nothing against the checkpoint that the job left, from which
 * a later run goes on.
 */
export class JobFailure extends Error {
  /** Tells this class from other errors. */
  override name = "JobFailure";

  /** Takes what happened, in words. */
  constructor(message: string) {
    super(message);
    this.stack = "";
  }
}

/** How often files are looked at, in milliseconds. */
export const LOOK_MS = 200;

/** How long processes may take to end after they were asked to, in milliseconds. */
const PATIENCE_MS = 10_000;

/** Lines of the log that an error shows. */
const TAIL = 12;

/**
 * Runs a job to its end. It ends with this process, however that ends: its processes watch their stdin.
 *
 * @returns How it ended, and the updates made by then.
 * @throws {InputError} for what the user can mend, such as a missing package.
 * @throws {JobFailure} where it failed or hung, with what the first failing process said and the last lines of the log.
 */
export async function runJob(
  options: JobProcessOptions,
): Promise<{ readonly end: "finished" | "stopped"; readonly step: number }> {
  const { dir, command, env, stallSeconds, stop, onEvent } = options;
  const output = `${dir}/output`;
  await forgetLaunch(output);
  const [program = "", ...args] = command;
  using log = await Deno.open(`${output}/log.txt`, { create: true, append: true });
  const child = new Deno.Command(program, {
    args,
    cwd: dir,
    env: { ...env, STEPWISE_TIED: "1", PYTHONUNBUFFERED: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const logged = Promise.all([child.stdout, child.stderr].map(async (stream) => {
    for await (const bytes of stream) {
      for (let at = 0; at < bytes.length;) at += log.writeSync(bytes.subarray(at));
    }
  }));
  let ended = false;
  const status = child.status.finally(() => ended = true);
  const end = async () => {
    // The end of stdin ends each of its processes, wherever it is stuck in; the signals are for the launcher.
    await child.stdin.close().catch(() => {/* The pipe went with the process. */});
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      try {
        child.kill(signal);
      } catch {
        return; // It has ended by itself.
      }
      await Promise.race([status, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
      if (ended) return;
    }
  };
  const ask = () => void Deno.writeTextFile(`${output}/stop`, "");
  if (stop.aborted) ask();
  stop.addEventListener("abort", ask);

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
  try {
    while (!ended) {
      await Promise.race([status, new Promise((done) => setTimeout(done, LOOK_MS))]);
      await listen();
      if (ended || performance.now() - heard < 1000 * stallSeconds) continue;
      await end();
      throw new JobFailure(
        `the job said nothing for ${stallSeconds} s (engine.stallSeconds), last "${last.type}"; it was ended. ${await tailOf(
          output,
        )}`,
      );
    }
    await logged;
    await listen();
  } finally {
    stop.removeEventListener("abort", ask);
    if (!ended) await end();
    await child.stdin.close().catch(() => {/* The pipe went with the process. */});
  }
  const { success, code, signal } = await status;
  if (success && (last.type === "finished" || last.type === "stopped")) {
    return { end: last.type, step: last.step ?? 0 };
  }
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  throw await failureOf(output, `${command.slice(0, 3).join(" ")} ${how}`);
}

/** What a process of the job wrote before it died. */
interface JobFault {
  readonly time: number;
  readonly rank: number;
  readonly type: string;
  readonly message: string;
  readonly traceback: string;
}

/** Removes what an earlier launch said of itself. */
export async function forgetLaunch(output: string): Promise<void> {
  for await (const { name } of Deno.readDir(output)) {
    if (name === "events.jsonl" || name === "stop" || /^error-\d+\.json$/.test(name)) {
      await Deno.remove(`${output}/${name}`);
    }
  }
}

/** The error of the process that failed first; of others it is the reason. */
export async function failureOf(output: string, how: string): Promise<Error> {
  const faults: JobFault[] = [];
  for await (const { name } of Deno.readDir(output)) {
    if (!/^error-\d+\.json$/.test(name)) continue;
    faults.push(JSON.parse(await Deno.readTextFile(`${output}/${name}`)));
  }
  const [first] = faults.sort((a, b) => a.time - b.time);
  if (first === undefined) return new JobFailure(`${how}. ${await tailOf(output)}`);
  // The launcher ends with SystemExit where the user can mend what is wrong.
  if (first.type === "SystemExit") return new InputError(`engine trl: ${first.message}`);
  const tail = first.traceback.trimEnd().split("\n").slice(-TAIL).map((line) => `\n  | ${line}`);
  return new JobFailure(
    `${how}: process ${first.rank}: ${first.type}: ${first.message}${tail.join("")}`,
  );
}

/** The last lines of the job's log, as an error shows them. */
export async function tailOf(output: string): Promise<string> {
  const text = await readTextIfPresent(`${output}/log.txt`);
  if (text === null) return "It wrote no log.";
  const lines = text.trimEnd().split("\n").slice(-TAIL);
  return `The end of its log:${lines.map((line) => `\n  | ${line}`).join("")}`;
}
