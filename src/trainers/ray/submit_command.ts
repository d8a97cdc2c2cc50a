/** @file How an emitted job is submitted by hand. */
import type { ResolvedRay } from "../../experiment/ray.ts";
import { rayAddress } from "./client.ts";
import { deviceVariables, type NodeShare } from "./node_share.ts";

/**
 * Ray's own command that runs a job in its folder, which the cluster's nodes see under the same path; to be given in the folder.
 *
 * @param command Program and arguments.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ray = { address: "http://head:8265", device: "gpu", install: false, env: {} } as const;
 * assertEquals(
 *   submitCommand(["python", "train.py"], ray, { cpus: 2, gpus: 2 }),
 *   "ray job submit --address http://head:8265 --entrypoint-num-cpus 2 --entrypoint-num-gpus 2 " +
 *     '-- bash -c "cd $PWD && python train.py"',
 * );
 * ```
 */
export function submitCommand(
  command: readonly string[],
  { address, device, install, env }: ResolvedRay,
  { cpus, gpus }: NodeShare,
): string {
  const variables = { ...deviceVariables(device), ...env };
  const environment = {
    ...install ? { pip: "requirements.txt" } : {},
    ...Object.keys(variables).length > 0 ? { env_vars: variables } : {},
  };
  return [
    ...["ray job submit --address", rayAddress(address), "--entrypoint-num-cpus", `${cpus}`],
    ...gpus > 0 ? ["--entrypoint-num-gpus", `${gpus}`] : [],
    ...Object.keys(environment).length > 0
      ? ["--runtime-env-json", quoted(JSON.stringify(environment))]
      : [],
    `-- bash -c "cd $PWD && ${command.join(" ")}"`,
  ].join(" ");
}

/**
 * A word as the shell reads it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["a/b.py", "it's"].map(quoted), ["a/b.py", "'it'\\''s'"]);
 * ```
 */
export function quoted(word: string): string {
  return /^[\w./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
