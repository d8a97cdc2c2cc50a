/** @file Where every stage behind a result comes from, in one file beside the result. */
import { InputError } from "../errors.ts";
import type { StageSpec } from "../experiment/specs.ts";
import { readProvenance, type StageProvenance } from "./provenance.ts";

/** One stage behind a result. */
export interface StageSource {
  /** Its id, as `cells.json` names it. */
  readonly id: string;
  /** Its whole config: what it was told, its data, and the hashes of its inputs' contents. */
  readonly config: StageSpec;
  /** How, when and on what it was made. */
  readonly provenance: StageProvenance;
}

/**
 * Reads the config and the provenance of finished stages.
 *
 * @param dirs Folders of the stages by id.
 * @throws {InputError} naming the file that is missing or cut: a finished stage has both.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${dir}/stage.json`, '{"seed": 3}');
 * await Deno.writeTextFile(`${dir}/provenance.json`, '{"cpu": "A"}');
 * const [stage] = await readSources(new Map([["0123456789abcdef", dir]]));
 * assertEquals([stage?.config.seed, stage?.provenance.cpu], [3, "A"]);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function readSources(dirs: ReadonlyMap<string, string>): Promise<StageSource[]> {
  return await Promise.all(
    Array.from(dirs, async ([id, dir]) => ({
      id,
      config: await readConfig(`${dir}/stage.json`),
      provenance: await readProvenance(dir),
    })),
  );
}

async function readConfig(path: string): Promise<StageSpec> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${(error as Error).message})`);
  }
}
