/** @file All that runs have left behind: what it is, how large, how old, and who needs it. */
import type { StageSpec } from "../experiment/specs.ts";
import { namesIn } from "../files.ts";
import { kindOf } from "./estimate.ts";
import { MANIFEST } from "./manifest.ts";
import { readPlans } from "./plan_records.ts";
import { readCells } from "./read_cells.ts";
import { resumableStep, UNFINISHED } from "./resumable.ts";
import type { StageStore } from "./store.ts";

/** One folder that runs have left behind. */
export interface StoredStage {
  /** Id of the stage; the folder's name where it is no stage's. */
  readonly id: string;
  /** The folder. */
  readonly dir: string;
  /** Whether the stage is whole, saved its state, failed, or is none. */
  readonly state: "finished" | "unfinished" | "failed" | "broken";
  /** What it is, for people. */
  readonly label: string;
  /** Size of its files in bytes. */
  readonly bytes: number;
  /** Since when it is as it is. */
  readonly since: Date;
  /** Experiments whose plan or results refer to it. */
  readonly experiments: readonly string[];
}

/** Bytes of all files below a path. */
async function sizeOf(path: string): Promise<number> {
  const { isDirectory, size } = await Deno.lstat(path);
  if (!isDirectory) return size;
  let sum = 0;
  for (const name of await namesIn(path)) sum += await sizeOf(`${path}/${name}`);
  return sum;
}

/** Kind and seed of the stage that a folder says it is; what it is instead where it does not say. */
async function labelOf(dir: string): Promise<string> {
  try {
    const spec: StageSpec = JSON.parse(await Deno.readTextFile(`${dir}/stage.json`));
    return `${kindOf(spec)}, seed ${spec.seed}`;
  } catch {
    return "not a stage"; // Half removed, or put there by somebody else.
  }
}

/** The experiments that refer to each stage, by its id, and labels of stages. */
async function references(root: string, results: string) {
  const experiments = new Map<string, Set<string>>();
  const labels = new Map<string, string>();
  const refer = (id: string, experiment: string) =>
    experiments.set(id, (experiments.get(id) ?? new Set()).add(experiment));
  for (const { experiment, stages } of await readPlans(root)) {
    for (const [id, label] of Object.entries(stages)) {
      refer(id, experiment);
      labels.set(id, label);
    }
  }
  for (const name of await namesIn(results)) {
    if (!(await namesIn(`${results}/${name}`)).includes("cells.json")) continue;
    for (const { stages } of await readCells(results, name)) {
      for (const { id } of stages) refer(id, `${name} (results)`);
    }
  }
  // Where a plan refers to a stage, its results say nothing new.
  for (const names of experiments.values()) {
    for (const name of names) names.delete(`${name} (results)`);
  }
  return { experiments, labels };
}

/**
 * Lists the folders of all stages, in the order of their ids.
 *
 * @param results Folder of all results, whose tables name the stages that they were made from.
 * @throws {InputError} where it cannot be known who refers to what.
 */
export async function inventory(store: StageStore, results: string): Promise<StoredStage[]> {
  const { experiments, labels } = await references(store.root, results);
  const stages: StoredStage[] = [];
  const add = async (dir: string, id: string, state: StoredStage["state"], note = "") => {
    const { mtime } = await Deno.stat(dir);
    stages.push({
      ...{ id, dir, state },
      label: (labels.get(id) ?? await labelOf(dir)) + note,
      bytes: await sizeOf(dir),
      since: mtime ?? new Date(0),
      experiments: [...experiments.get(id) ?? []].sort(),
    });
  };
  for (const name of await namesIn(`${store.root}/stages`)) {
    const dir = `${store.root}/stages/${name}`;
    const id = name.endsWith(UNFINISHED) ? name.slice(0, -UNFINISHED.length) : name;
    const step = await resumableStep(store.dir(id));
    const whole = (await namesIn(dir)).includes(MANIFEST);
    if (name !== id && step !== null) await add(dir, id, "unfinished", `, after update ${step}`);
    else await add(dir, id, name === id && whole ? "finished" : "broken");
  }
  for (const id of await namesIn(`${store.root}/failed`)) {
    await add(`${store.root}/failed/${id}`, id, "failed");
  }
  return stages;
}

/**
 * Why a folder may go; null where it may not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stage = {
 *   id: "0123456789abcdef", dir: "d", label: "srl, seed 1", bytes: 1, since: new Date(0),
 *   state: "finished" as const, experiments: ["quickstart"],
 * };
 * assertEquals(whyRemovable(stage), null);
 * assertEquals(whyRemovable({ ...stage, experiments: [] }), "no experiment's plan refers to it");
 * ```
 */
export function whyRemovable({ state, experiments }: StoredStage): string | null {
  if (state === "broken") return "it is not whole, and would be made anew";
  return experiments.length === 0 ? "no experiment's plan refers to it" : null;
}

/**
 * Removes a folder, unless a process is making its stage: returns whether it did. A finished stage ceases to be one before the
 * first of its files goes, so that a removal that is killed leaves no half of a stage behind that is taken for whole.
 */
export async function removeStage(store: StageStore, { id, dir }: StoredStage): Promise<boolean> {
  using lock = await store.lock(id);
  if (lock === null) return false;
  await Deno.remove(`${dir}/${MANIFEST}`).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  await Deno.remove(dir, { recursive: true });
  return true;
}
