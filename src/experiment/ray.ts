/** @file Where on a Ray cluster a distributed engine's jobs run, as declared. */
import { z } from "zod";
import { strict, word } from "./problems.ts";

/** What `ray: {…}` of an engine understands. Nothing of it is part of a stage's identity: where a job runs is no part of what it makes. */
export interface RayOptions {
  /**
   * Where the cluster's head listens for jobs, e.g. `http://head:8265`. Default: what `RAY_API_SERVER_ADDRESS` says, as for Ray's own
   * commands, or else `http://127.0.0.1:8265`.
   */
  readonly address?: string;
  /** What each process computes with. `gpu` reserves one for each on the job's node; `cpu` none. Default `gpu`. */
  readonly device?: "cpu" | "gpu";
  /**
   * Whether Ray installs the job's `requirements.txt`, Deno among it, on the node before the job starts, in an environment of its own.
   * Default true; false for nodes that have the packages: the job runs with their `python`.
   */
  readonly install?: boolean;
  /** Variables of the job's environment, e.g. `{ HF_HOME: "/shared/hf" }`. They are kept in the run's files: no place for secrets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The cluster with every default filled. */
export interface ResolvedRay extends Required<Omit<RayOptions, "address">> {
  /** Where its head listens; null for what the environment says. */
  readonly address: string | null;
}

const ADDRESS = "expected an address such as http://head:8265";

/** Whether a text is the address of a server, without a path. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href;
}

/**
 * Checks and completes the cluster.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const raySchema: z.ZodType<ResolvedRay> = strict("ray: {…}", {
  address: z.string({ error: ADDRESS }).refine(isOrigin, { error: ADDRESS })
    .transform((text) => new URL(text).origin).nullable().default(null),
  device: word(["cpu", "gpu"]).default("gpu"),
  install: z.boolean({ error: "expected true or false" }).default(true),
  env: z.record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "expected the name of a variable" }),
    z.string({ error: "expected a text" }),
    { error: "expected an object of variables" },
  ).default({}),
});
