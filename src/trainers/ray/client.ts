/**
 * @file Ray's job server over HTTP: what `ray job submit` speaks, without Python on this side. Protocol: Ray 2.60, "Ray Jobs REST API", and
 * for packages its `dashboard_sdk.py`.
 */
import { InputError } from "../../errors.ts";

/** Variable that says where the cluster's head listens, as Ray's own commands read it. */
export const ADDRESS_VARIABLE = "RAY_API_SERVER_ADDRESS";

/** Variable with the token of a cluster that asks for one (`RAY_AUTH_MODE=token`), as Ray's own commands read it. */
export const TOKEN_VARIABLE = "RAY_AUTH_TOKEN";

/** Where Ray listens unless it is told otherwise. */
const DEFAULT_ADDRESS = "http://127.0.0.1:8265";

/** Milliseconds that an answer may take. */
const ANSWER_MS = 15_000;

/** Milliseconds that sending a package may take. */
const UPLOAD_MS = 300_000;

/** Characters of an answer that an error shows, from its end: what matters of a Python traceback is there. */
const SHOWN = 600;

/** The head does not answer: it is gone, or a network between. Without a stack, as a job's failure: it is no fault of this program. */
export class RayUnreachable extends Error {
  /** Tells this class from other errors. */
  override name = "RayUnreachable";

  /** Takes what happened, in words. */
  constructor(message: string) {
    super(message);
    this.stack = "";
  }
}

/** The head answers that it cannot do what it was asked. Without a stack, as a job's failure. */
export class RayRefusal extends Error {
  /** Tells this class from other errors. */
  override name = "RayRefusal";

  /** Takes what happened, in words. */
  constructor(message: string) {
    super(message);
    this.stack = "";
  }
}

/** Where a job is on its way. */
export type RayJobStatus = "PENDING" | "RUNNING" | "STOPPED" | "SUCCEEDED" | "FAILED";

/** What Ray knows of a job. */
export interface RayJob {
  /** Where it is on its way. */
  readonly status: RayJobStatus;
  /** Why, in Ray's words. */
  readonly message: string;
  /** Kind of the error, e.g. `RUNTIME_ENV_SETUP_FAILURE`; null without one. */
  readonly errorType: string | null;
  /** Exit code of the entry point; null where it has not ended by itself. */
  readonly exitCode: number | null;
  /** What was said about it when it was submitted. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is submitted. */
export interface RaySubmission {
  /** Name of the job; each can be used once. */
  readonly id: string;
  /** Shell command. */
  readonly entrypoint: string;
  /** Ray's `runtime_env`. */
  readonly runtimeEnv: Readonly<Record<string, unknown>>;
  /** What is said about it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Processors that are reserved on the node that runs the entry point. */
  readonly cpus: number;
  /** GPUs that are reserved there. */
  readonly gpus: number;
}

/** A node of the cluster that is alive. */
export interface RayNode {
  /** Its address. */
  readonly ip: string;
  /** Processors that Ray may use. */
  readonly cpus: number;
  /** GPUs that Ray may use. */
  readonly gpus: number;
}

/**
 * Where the head listens: as declared, or as the environment says, or Ray's default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rayAddress("http://head:8265"), "http://head:8265");
 * ```
 */
export function rayAddress(declared: string | null): string {
  return declared ?? (Deno.env.get(ADDRESS_VARIABLE)?.replace(/\/+$/, "") || DEFAULT_ADDRESS);
}

/** Whether a job has come to its end. */
export function hasEnded({ status }: RayJob): boolean {
  return status === "STOPPED" || status === "SUCCEEDED" || status === "FAILED";
}

/** The job server of one cluster. Every method throws {@link RayUnreachable} where it does not answer. */
export class RayClient {
  /** Where it listens, without a path. */
  readonly address: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** Talks to the server at `address`, with the token of `RAY_AUTH_TOKEN` where there is one. */
  constructor(address: string, token: string | undefined = Deno.env.get(TOKEN_VARIABLE)) {
    this.address = address;
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  /**
   * Version of Ray on the cluster.
   *
   * @throws {InputError} where something else listens there.
   */
  async version(): Promise<string> {
    const response = await this.#ask("GET", "/api/version");
    const text = await response.text();
    try {
      const { ray_version: version } = JSON.parse(text);
      if (response.ok && typeof version === "string") return version;
    } catch {
      // Not even JSON: see below.
    }
    throw new InputError(
      `${this.address}: found a server that answers ${response.status} to /api/version; expected the head of a Ray cluster (its dashboard)`,
    );
  }

  /** The nodes that are alive. */
  async nodes(): Promise<RayNode[]> {
    const { data } = await this.#json("GET", "/api/v0/nodes?detail=1&limit=10000");
    const rows = data.result.result as {
      readonly node_ip: string;
      readonly state: string;
      readonly resources_total: Readonly<Record<string, number>>;
    }[];
    return rows.filter(({ state }) => state === "ALIVE").map((
      { node_ip: ip, resources_total },
    ) => ({
      ip,
      cpus: resources_total["CPU"] ?? 0,
      gpus: resources_total["GPU"] ?? 0,
    }));
  }

  /** Sends a package, unless the cluster has it. Asking keeps one that is there for some minutes, until a job uses it. */
  async provide(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = `/api/packages/gcs/${name}`;
    const there = await this.#ask("GET", path);
    const text = await there.text();
    if (there.ok) return;
    if (there.status !== 404) throw this.#refusal(path, there.status, text);
    await this.#done(path, await this.#ask("PUT", path, bytes, UPLOAD_MS));
  }

  /** Submits a job. */
  async submit({ id, entrypoint, runtimeEnv, metadata, cpus, gpus }: RaySubmission): Promise<void> {
    const request = {
      ...{ entrypoint, submission_id: id, runtime_env: runtimeEnv, metadata },
      ...{ entrypoint_num_cpus: cpus, entrypoint_num_gpus: gpus },
    };
    await this.#json("POST", "/api/jobs/", JSON.stringify(request));
  }

  /** What the cluster knows of a job; null for nothing. */
  async job(id: string): Promise<RayJob | null> {
    const path = `/api/jobs/${id}`;
    const response = await this.#ask("GET", path);
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    const found = await this.#parsed(path, response);
    return {
      status: found.status,
      message: found.message ?? "",
      errorType: found.error_type ?? null,
      exitCode: found.driver_exit_code ?? null,
      metadata: found.metadata ?? {},
    };
  }

  /** Asks a job to end: SIGTERM, and SIGKILL three seconds later. It ends after this returns; one that waits for a node, once it has it. */
  async stop(id: string): Promise<void> {
    await this.#json("POST", `/api/jobs/${id}/stop`);
  }

  // deno-lint-ignore no-explicit-any
  async #json(method: string, path: string, body?: string): Promise<any> {
    return await this.#parsed(path, await this.#ask(method, path, body));
  }

  /** The JSON of a good answer. */
  // deno-lint-ignore no-explicit-any
  async #parsed(path: string, response: Response): Promise<any> {
    const text = await this.#done(path, response);
    try {
      return JSON.parse(text);
    } catch {
      throw this.#refusal(path, response.status, `no JSON: ${text}`);
    }
  }

  /** The text of a good answer. */
  async #done(path: string, response: Response): Promise<string> {
    const text = await response.text();
    if (!response.ok) throw this.#refusal(path, response.status, text);
    return text;
  }

  #refusal(path: string, status: number, text: string): RayRefusal {
    return new RayRefusal(
      `Ray at ${this.address}: ${path}: ${status}: ${text.trim().slice(-SHOWN)}`,
    );
  }

  async #ask(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    ms: number = ANSWER_MS,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.address}${path}`, {
        method,
        headers: {
          ...this.#headers,
          ...typeof body === "string" ? { "content-type": "application/json" } : {},
        },
        signal: AbortSignal.timeout(ms),
        redirect: "manual",
        ...body === undefined ? {} : { body },
      });
    } catch (error) {
      const { name, message } = error as Error;
      const why = name === "TimeoutError" ? `no answer in ${ms / 1000} s` : message;
      throw new RayUnreachable(`Ray at ${this.address} cannot be reached: ${why}`);
    }
    if (response.status === 401 || response.status === 403) {
      const said = (await response.text()).trim().slice(0, SHOWN);
      throw new InputError(
        `Ray at ${this.address} refuses to be asked (${response.status}: ${said}); expected its token in ${TOKEN_VARIABLE}`,
      );
    }
    return response;
  }
}
