/** @file Tells an MLflow server about stages: one MLflow run for each. */
import { InputError } from "../../errors.ts";
import type { MetricRow } from "../../results/outcome.ts";
import { flatten } from "./flatten.ts";
import { MlflowClient, MlflowRefusal } from "./mlflow_client.ts";
import type { TrackedEnd, TrackedStage, Tracker, Untold } from "./tracker.ts";

/** Most of each that `runs/log-batch` takes at once. */
const MOST = { metrics: 1000, params: 100 };

/** Longest value of a parameter that every MLflow of the last years takes, and of a tag, in characters. */
const LONGEST = { param: 500, tag: 5000 };

/** How long a server that could not be reached is left alone, in milliseconds. */
const PAUSE_MS = 5000;

/** MLflow's words for ends. */
const STATUS: Readonly<Record<TrackedEnd, string>> = {
  finished: "FINISHED",
  failed: "FAILED",
  stopped: "KILLED",
};

/** Tag that names a stage. */
const STAGE_TAG = "stepwise.stage";

/** One thing to tell. */
interface Message {
  /** Values in it. */
  readonly count: number;
  /** Tells it. */
  send(): Promise<void>;
}

/** What MLflow calls a stage, once it knows it. */
interface Run {
  id: string | null;
  /** Whether an earlier run of it is finished there: nothing more is to be told. */
  whole: boolean;
}

/** A name that MLflow takes: of letters, digits and `_-. :/`. */
function safeKey(name: string): string {
  return name.replace(/[^A-Za-z0-9_\-. :/]/g, "_").slice(0, 250);
}

/** Text no longer than this. */
function cut(value: string, longest: number): string {
  return value.length <= longest ? value : `${value.slice(0, longest - 1)}…`;
}

/** An object as MLflow's list of keys and values. */
function pairs(values: Readonly<Record<string, string>>, longest: number) {
  return Object.entries(values)
    .map(([key, value]) => ({ key: safeKey(key), value: cut(value, longest) }));
}

/** Consecutive parts of a list. */
function parts<T>(list: readonly T[], size: number): T[][] {
  return Array.from(
    { length: Math.ceil(list.length / size) },
    (_, i) => list.slice(i * size, (i + 1) * size),
  );
}

/** What a run is found by. */
function tagsOf({ id, kind, cell, provenance }: TrackedStage): Record<string, string> {
  const { commit, dirty, lock, versions, runtime, cpu, gpus } = provenance;
  return {
    [STAGE_TAG]: id,
    "stepwise.kind": kind,
    "stepwise.arms": cell.arms.join(", "),
    "stepwise.size": cell.size,
    "stepwise.seed": String(cell.seed),
    "stepwise.dirty": String(dirty ?? "unknown"),
    "stepwise.lock": lock ?? "none",
    "stepwise.engine": versions.engine ?? "unknown",
    "stepwise.runtime": runtime ? `${runtime.name} ${runtime.version} ${runtime.provider}` : "none",
    "stepwise.cpu": cpu,
    ...gpus?.length > 0 ? { "stepwise.gpus": gpus.join(", ") } : {},
    // The name under which MLflow's own pages show it.
    ...commit === null ? {} : { "mlflow.source.git.commit": commit },
  };
}

/**
 * Logs each stage's config as parameters, its metrics, and its provenance as tags. What a server that went away did not take is kept
 * and told when it is back, at the latest when the run ends; what is left then is counted. A stage whose MLflow run is not finished
 * is told anew by the next run of the experiment, from what it left on disk.
 */
export class MlflowTracker implements Tracker {
  /** Its name. */
  readonly name = "mlflow";
  readonly #client: MlflowClient;
  readonly #experiment: string;
  readonly #warn: (text: string) => void;
  readonly #runs = new Map<string, Run>();
  readonly #waiting: Message[] = [];
  #silentUntil = 0;
  #warned = false;
  #lost = 0;
  #total = 0;
  #reason = "";

  private constructor(client: MlflowClient, experiment: string, warn: (text: string) => void) {
    this.#client = client;
    this.#experiment = experiment;
    this.#warn = warn;
  }

  /**
   * Finds the experiment of this name on the server, or makes it.
   *
   * @param warn Called once when the server goes away.
   * @throws {InputError} where the server cannot be reached, or refuses.
   */
  static async connect(
    url: string,
    name: string,
    warn: (text: string) => void,
  ): Promise<MlflowTracker> {
    const client = new MlflowClient(url);
    try {
      return new MlflowTracker(client, await experimentId(client, name), warn);
    } catch (error) {
      throw new InputError(
        `--track mlflow=${url}: no MLflow server can be used there: ${(error as Error).message}`,
      );
    }
  }

  /**
   * Makes the stage's run; what an earlier run left unfinished of it is marked as killed. A stage that was finished before and is
   * finished there is left alone.
   */
  async begin(stage: TrackedStage): Promise<void> {
    const run: Run = { id: null, whole: false };
    this.#runs.set(stage.id, run);
    const params = pairs(flatten(stage.config), LONGEST.param);
    await this.#tell({
      count: 1,
      send: async () => {
        if (stage.finishedBefore && (await this.#search(stage.id, "FINISHED")).length > 0) {
          run.whole = true;
          return;
        }
        for (const { info } of await this.#search(stage.id, "RUNNING")) {
          await this.#client.post("runs/update", { run_id: info.run_id, status: "KILLED" });
        }
        const made = await this.#client.post("runs/create", {
          experiment_id: this.#experiment,
          run_name: stage.label,
          start_time: stage.start,
          tags: pairs(tagsOf(stage), LONGEST.tag),
        });
        run.id = made.run.info.run_id;
      },
    });
    for (const part of parts(params, MOST.params)) await this.#batch(run, { params: part });
  }

  /** Logs every metric that is defined. */
  async rows(stage: TrackedStage, rows: readonly MetricRow[], timestamp: number): Promise<void> {
    const metrics = rows.flatMap(({ step, ...metrics }) =>
      Object.entries(metrics).flatMap(([key, value]) =>
        value === null ? [] : [{ key: safeKey(key), value, timestamp, step }]
      )
    );
    const run = this.#runs.get(stage.id);
    if (!run) throw new Error(`${stage.label} was not begun`);
    for (const part of parts(metrics, MOST.metrics)) await this.#batch(run, { metrics: part });
    // What waits is told as soon as the server is back, not only when there is more.
    await this.#flush(false);
  }

  /** Ends the stage's run. */
  async end(stage: TrackedStage, how: TrackedEnd, time: number): Promise<void> {
    const run = this.#runs.get(stage.id);
    if (!run) throw new Error(`${stage.label} was not begun`);
    this.#runs.delete(stage.id);
    await this.#tell({
      count: 1,
      send: async () => {
        if (run.whole) return;
        const body = { run_id: known(run), status: STATUS[how], end_time: time };
        await this.#client.post("runs/update", body);
      },
    });
  }

  /** Tells what is left, in one attempt. */
  async close(): Promise<Untold | null> {
    await this.#flush(true);
    for (const { count } of this.#waiting.splice(0)) this.#lost += count;
    const [lost, total, reason] = [this.#lost, this.#total, this.#reason];
    return lost > 0 ? { lost, total, reason } : null;
  }

  async #search(id: string, status: string) {
    const { runs = [] } = await this.#client.post("runs/search", {
      experiment_ids: [this.#experiment],
      filter: `tags.\`${STAGE_TAG}\` = '${id}' and attributes.status = '${status}'`,
      max_results: 100,
    });
    return runs;
  }

  async #batch(run: Run, values: Readonly<Record<string, readonly unknown[]>>): Promise<void> {
    await this.#tell({
      count: Object.values(values).reduce((sum, { length }) => sum + length, 0),
      send: async () => {
        if (run.whole) return;
        await this.#client.post("runs/log-batch", { run_id: known(run), ...values });
      },
    });
  }

  async #tell(message: Message): Promise<void> {
    this.#total += message.count;
    this.#waiting.push(message);
    await this.#flush(false);
  }

  /** Tells what waits, in order, until the server does not take it; `now` also where it was away a moment ago. */
  async #flush(now: boolean): Promise<void> {
    if (!now && Date.now() < this.#silentUntil) return;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        await next.send();
      } catch (error) {
        this.#reason ||= (error as Error).message;
        if (!(error instanceof MlflowRefusal)) return this.#away(error as Error);
        // What the server refuses once it refuses always: the rest must not wait for it.
        this.#lost += next.count;
      }
      this.#waiting.shift();
    }
  }

  #away(error: Error): void {
    this.#silentUntil = Date.now() + PAUSE_MS;
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(
      `warning: mlflow: the server is away (${error.message}); the run goes on without it`,
    );
  }
}

/** The id of a run that the server made. */
function known({ id }: Run): string {
  if (id === null) throw new MlflowRefusal("", "its run could not be made");
  return id;
}

/** The experiment's id on the server, made where there is none. */
async function experimentId(client: MlflowClient, name: string): Promise<string> {
  try {
    const query = { experiment_name: name };
    const { experiment } = await client.get("experiments/get-by-name", query);
    if (experiment.lifecycle_stage === "active") return experiment.experiment_id;
  } catch (error) {
    if (!(error instanceof MlflowRefusal && error.code === "RESOURCE_DOES_NOT_EXIST")) throw error;
    return (await client.post("experiments/create", { name })).experiment_id;
  }
  throw new Error(`its experiment "${name}" was deleted; restore it there, or rename this one`);
}
