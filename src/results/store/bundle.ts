/** @file An experiment's results as one file that can be checked: a zip whose manifest has every file's hash. */
import { createHash } from "node:crypto";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { z } from "zod";
import { InputError } from "../../errors.ts";
import { checkSchema, SCHEMA_FILE } from "./schema.ts";

/** An experiment's results. */
export interface Bundle {
  /** The experiment's name. */
  readonly experiment: string;
  /** Contents by file name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

const MANIFEST = "manifest.json";

/** What a bundle may unpack to: more than any experiment's results, less than a machine's memory. */
const MOST_BYTES = 2 ** 31;
const MOST_FILES = 1000;

/** Names that are a file of the folder itself on every system: no path, nothing hidden, no device or drive. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ .+-]{0,99}$/u;

/** The day on which everything in a zip was made, so that equal results are equal bytes. */
const EPOCH = "1980-01-01T00:00:00";

const manifest = z.strictObject({
  format: z.literal("stepwise-results"),
  experiment: z.string().regex(NAME),
  files: z.record(
    z.string().regex(NAME),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});

/**
 * Packs results. Equal results give equal bytes.
 *
 * @throws {InputError} for a name that is not a plain file name, and results without a schema of this version.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const files = { "schema.json": new TextEncoder().encode('{"version":1}') };
 * const bytes = packBundle({ experiment: "quickstart", files });
 * assertEquals(unpackBundle(bytes, "quickstart.zip"), { experiment: "quickstart", files });
 * ```
 */
export function packBundle({ experiment, files }: Bundle): Uint8Array {
  const names = Object.keys(files).sort();
  const wrong = [experiment, ...names].find((name) => !plain(name));
  if (wrong !== undefined) {
    throw new InputError(`results bundle: found ${JSON.stringify(wrong)}, expected a plain name`);
  }
  requireSchema(files, experiment);
  const entries = names.map((name) => {
    const content = files[name]!;
    return [name, { bytes: content.length, sha256: sha256(content) }] as const;
  });
  const head = { format: "stepwise-results", experiment, files: Object.fromEntries(entries) };
  const content: Record<string, Uint8Array> = {
    [MANIFEST]: strToU8(`${JSON.stringify(head, null, 2)}\n`),
  };
  for (const name of names) content[name] = files[name]!;
  return zipSync(content, { mtime: EPOCH, level: 9 });
}

/**
 * Unpacks results, and refuses all of them where anything differs from what was packed.
 *
 * @param file The bundle's name in errors.
 * @throws {InputError} for what is not a bundle, a file that is missing, altered, or not in the manifest, and a schema of
 * another version.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => unpackBundle(new Uint8Array(9), "a.zip"), Error, "a.zip: not a results bundle");
 * ```
 */
export function unpackBundle(bytes: Uint8Array, file: string): Bundle {
  const found = unzip(bytes, file);
  const text = found[MANIFEST];
  if (text === undefined) throw new InputError(`${file}: not a results bundle (no ${MANIFEST})`);
  const { experiment, files: expected } = parseManifest(strFromU8(text), file);
  const names = Object.keys(found).filter((name) => name !== MANIFEST);
  const extra = names.find((name) => !Object.hasOwn(expected, name));
  if (extra !== undefined) {
    throw new InputError(`${file}: found ${JSON.stringify(extra)}, which its manifest lacks`);
  }
  const files = Object.entries(expected).map(([name, { bytes, sha256: hash }]) => {
    const content = found[name];
    if (content === undefined) throw new InputError(`${file}: ${name} is missing`);
    const own = sha256(content);
    if (content.length === bytes && own === hash) return [name, content] as const;
    throw new InputError(`${file}: ${name} was altered: its SHA-256 is ${own}, expected ${hash}`);
  });
  const bundle = { experiment, files: Object.fromEntries(files) };
  requireSchema(bundle.files, file);
  return bundle;
}

function unzip(bytes: Uint8Array, file: string): Record<string, Uint8Array> {
  let [total, count] = [0, 0];
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        count++;
        if (!plain(name)) throw new Error(`${JSON.stringify(name)} is not a plain file name`);
        if (count > MOST_FILES) throw new Error(`more than ${MOST_FILES} files`);
        if (total > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
        return true;
      },
    });
  } catch (error) {
    throw new InputError(`${file}: not a results bundle (${(error as Error).message})`);
  }
}

function parseManifest(text: string, file: string): z.infer<typeof manifest> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: ${MANIFEST}: not JSON (${(error as Error).message})`);
  }
  const { data, error } = manifest.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new InputError(`${file}: ${MANIFEST}: ${issue?.path.join(".")}: ${issue?.message}`);
}

function requireSchema(files: Readonly<Record<string, Uint8Array>>, of: string): void {
  const schema = files[SCHEMA_FILE];
  if (schema === undefined) throw new InputError(`${of}: found no ${SCHEMA_FILE}`);
  checkSchema(strFromU8(schema), `${of}: ${SCHEMA_FILE}`);
}

function plain(name: string): boolean {
  return NAME.test(name) && !/[ .]$/.test(name) && name !== "__proto__";
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
