/** @file What an unfinished stage has saved, to go on from. */
import { hashText } from "../hash_text.ts";
import { writeWhole } from "../files.ts";

/** Name of the file, in the folder of an unfinished stage, that says where it can go on. */
export const RESUME = "resume.json";

/** Ending of the folder of an unfinished stage, behind the name that it gets when it is whole. */
export const UNFINISHED = ".part";

/** Files of an unfinished stage that are the runner's, and that no stage touches. */
export const RUNNERS: readonly string[] = ["stage.json", "log.txt", "sessions.json", "writer.lock"];

/** Where an unfinished stage can go on. */
export interface ResumeRecord {
  /** Optimiser updates made, of all candidates together. */
  readonly step: number;
  /** Time spent until then, in seconds, of a clock that never jumps. */
  readonly seconds: number;
  /** Lengths in bytes of the files that the stage appends to: what is behind is cut off. */
  readonly files: Readonly<Record<string, number>>;
  /** The file of numbers, in the same folder. */
  readonly tensors: { readonly file: string; readonly sha256: string };
  /** All else that the trainer needs, as JSON. */
  readonly state: unknown;
}

/**
 * Writes the record, which makes everything that it names the state to go on from.
 *
 * @param dir Folder of the unfinished stage.
 */
export async function writeResume(dir: string, record: ResumeRecord): Promise<void> {
  const text = JSON.stringify(record);
  await writeWhole(`${dir}/${RESUME}`, `${JSON.stringify({ sha256: hashText(text), record })}\n`);
}

/**
 * Reads the record; null where there is none, `damaged` where its content is not what was written.
 *
 * @param dir Folder of the unfinished stage.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dir = await Deno.makeTempDir();
 * assertEquals(await readResume(dir), null);
 * const record = { step: 7, seconds: 3, files: {}, tensors: { file: "a", sha256: "0" }, state: {} };
 * await writeResume(dir, record);
 * assertEquals(await readResume(dir), record);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function readResume(dir: string): Promise<ResumeRecord | "damaged" | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(`${dir}/${RESUME}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  try {
    const { sha256, record } = JSON.parse(text);
    return sha256 === hashText(JSON.stringify(record)) ? record : "damaged";
  } catch {
    return "damaged"; // Not even JSON.
  }
}

/**
 * How many optimiser updates a stage need not make again; null where it is finished, not begun, or would begin anew.
 *
 * @param dir Folder that the stage has once it is whole, whether it is there or not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await resumableStep(".stepwise/stages/0123456789abcdef"), null);
 * ```
 */
export async function resumableStep(dir: string): Promise<number | null> {
  const record = await readResume(`${dir}${UNFINISHED}`);
  return record === null || record === "damaged" ? null : record.step;
}

/**
 * Seconds that the saved part of an unfinished stage took; 0 where nothing is saved.
 *
 * @param dir Folder of the unfinished stage.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await resumableSeconds("no/such/stage"), 0);
 * ```
 */
export async function resumableSeconds(dir: string): Promise<number> {
  const record = await readResume(dir);
  return record === null || record === "damaged" ? 0 : record.seconds;
}
