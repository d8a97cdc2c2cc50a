/** @file Which Ray job writes into a folder: kept there, so that whoever comes next finds it. */
import { InputError } from "../../errors.ts";
import { readTextIfPresent, writeWhole } from "../../files.ts";
import { hasEnded, RayClient, RayUnreachable } from "./client.ts";

/** A job as submitted. */
export interface SubmittedJob {
  /** Its name on the cluster. */
  readonly id: string;
  /** Where the cluster's head listens. */
  readonly address: string;
  /** The cluster's version of Ray. */
  readonly version: string;
}

/** Name of the file, in the folder that the job writes into; the job looks for its own name in it before it begins. */
const FILE = "ray.json";

/** The last job that was submitted to write into a folder; null for none. */
export async function readSubmitted(output: string): Promise<SubmittedJob | null> {
  const text = await readTextIfPresent(`${output}/${FILE}`);
  return text === null ? null : JSON.parse(text);
}

/** Says which job is to write into a folder; of an earlier one that has not begun yet it says that it shall not. */
export async function writeSubmitted(output: string, job: SubmittedJob): Promise<string> {
  await writeWhole(`${output}/${FILE}`, `${JSON.stringify(job)}\n`);
  return `${output}/${FILE}`;
}

/** Says that no job is to write into a folder. */
export async function withdrawSubmitted(output: string): Promise<void> {
  await Deno.remove(`${output}/${FILE}`);
}

/**
 * Makes sure that no job of another cluster writes into a folder. A head that is gone has ended its jobs.
 *
 * @param address The cluster that may have one; null for none.
 * @throws {InputError} naming the job that does.
 */
export async function requireNoOther(output: string, address: string | null): Promise<void> {
  const submitted = await readSubmitted(output);
  if (submitted === null || submitted.address === address) return;
  try {
    const job = await new RayClient(submitted.address).job(submitted.id);
    if (job === null || hasEnded(job)) return;
  } catch (error) {
    if (error instanceof RayUnreachable) return;
    throw error;
  }
  throw new InputError(
    `engine.ray: found ${
      address ?? "none"
    }, where this stage runs already on ${submitted.address}; ` +
      `expected that address, or its job ended: ray job stop --address ${submitted.address} ${submitted.id}`,
  );
}
