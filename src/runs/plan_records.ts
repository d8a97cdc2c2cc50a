/** @file What experiments were planned, so that nothing is removed that one of them needs. */
import { resolve } from "node:path";
import type { Plan } from "../experiment/plan.ts";
import { InputError } from "../errors.ts";
import { fileReason } from "../file_reason.ts";
import { namesIn, writeWhole } from "../files.ts";
import { hashText } from "../hash_text.ts";
import { waitForLock } from "./lock.ts";

/** The plan of an experiment file, as it was when it was last run. */
export interface PlanRecord {
  /** The experiment's name. */
  readonly experiment: string;
  /** Its file, as it was named then. */
  readonly file: string;
  /** Every stage of the plan: labels by id. */
  readonly stages: Readonly<Record<string, string>>;
}

/**
 * Keeps a plan in place of the one that the same file had before.
 *
 * @param root Folder of all that runs leave behind.
 * @param file The experiment file.
 */
export async function recordPlan(root: string, file: string, plan: Plan): Promise<void> {
  const record: PlanRecord = {
    experiment: plan.experiment.name,
    file,
    stages: Object.fromEntries(plan.stages.map(({ id, label }) => [id, label])),
  };
  const dir = `${root}/plans`;
  using _lock = await waitForLock(`${root}/locks`, "plans");
  await Deno.mkdir(dir, { recursive: true });
  for (const name of await namesIn(dir)) {
    // Left by a killed run: nobody else writes here now.
    if (name.endsWith(".tmp")) await Deno.remove(`${dir}/${name}`);
  }
  const name = hashText(resolve(file)).slice(0, 16);
  await writeWhole(`${dir}/${name}.json`, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * The plans of all experiment files that are still there.
 *
 * @param root Folder of all that runs leave behind.
 * @throws {InputError} for a record that cannot be read: what it refers to is not known then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await readPlans("no/such/folder"), []);
 * ```
 */
export async function readPlans(root: string): Promise<PlanRecord[]> {
  let names: string[];
  try {
    names = await Array.fromAsync(Deno.readDir(`${root}/plans`), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new InputError(`${root}/plans: cannot be read: ${fileReason(error)}`);
  }
  const records: PlanRecord[] = [];
  for (const name of names.filter((name) => name.endsWith(".json")).sort()) {
    const path = `${root}/plans/${name}`;
    let record: PlanRecord;
    try {
      record = JSON.parse(await Deno.readTextFile(path));
    } catch (error) {
      throw new InputError(
        `${path}: cannot be read (${
          (error as Error).message
        }); remove it, and run its experiment again`,
      );
    }
    const there = await Deno.stat(record.file).catch(() => null);
    if (there !== null) records.push(record);
  }
  return records;
}
