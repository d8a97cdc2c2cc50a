/** @file The files of a job's folder that every engine's have. */
import { writeWhole } from "../../files.ts";
import { writeLedgers } from "../../runs/ledgers.ts";
import type { JobConfig, JobRequest } from "./job_config.ts";
import type { ImitationMaterial, PracticeMaterial } from "./material.ts";

/** Modules of a launcher, copied as they are. */
export interface Launcher {
  /** Folder of an engine's own modules; those that engines share lie beside this file. */
  readonly folder: URL;
  /** Names of its own. */
  readonly own: readonly string[];
  /** Names of shared ones. */
  readonly shared: readonly string[];
}

/** What is written besides the material. */
export interface JobFiles {
  /** The launcher. */
  readonly launcher: Launcher;
  /** Other files by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** What the launcher is told. */
  readonly config: JobConfig;
}

/** Lines of JSON, one for each value: large lists stay readable. */
export function jsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/**
 * `requirements.txt` of a job: its packages, pinned, and the program that computes the rewards.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(requirementsText({ trl: "1.16.0" }).startsWith("trl==1.16.0\n"));
 * ```
 */
export function requirementsText(packages: Readonly<Record<string, string>>): string {
  return [
    ...Object.entries(packages).map(([name, version]) => `${name}==${version}`),
    "# The program that computes the rewards:",
    `deno==${Deno.version.deno}`,
    "",
  ].join("\n");
}

/** Writes the files into a job's folder; the configuration last, since a folder with one is whole. */
export async function writeJobFiles(
  dir: string,
  { tasks: { ledger } }: Pick<JobRequest, "tasks">,
  { rows, order }: Pick<ImitationMaterial | PracticeMaterial, "rows" | "order">,
  { launcher, texts, config }: JobFiles,
): Promise<void> {
  const shared = new URL("./job/", import.meta.url);
  for (
    const [names, folder] of [[launcher.own, launcher.folder], [launcher.shared, shared]] as const
  ) {
    for (const name of names) {
      await Deno.writeTextFile(`${dir}/${name}`, await Deno.readTextFile(new URL(name, folder)));
    }
  }
  await Deno.writeTextFile(`${dir}/data.jsonl`, jsonLines(rows));
  await Deno.writeTextFile(`${dir}/order.json`, `${JSON.stringify(order)}\n`);
  if (ledger !== null) await writeLedgers(dir, { data: ledger });
  for (const [name, text] of Object.entries(texts)) {
    await Deno.writeTextFile(`${dir}/${name}`, text);
  }
  await Deno.mkdir(`${dir}/output/snapshots`, { recursive: true });
  await writeWhole(`${dir}/config.json`, `${JSON.stringify(config, null, 2)}\n`);
}
