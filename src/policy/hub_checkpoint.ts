/** @file Checkpoints on the Hugging Face Hub: what names one, and its files on this machine. */

import { InputError } from "../errors.ts";
import { type HubOptions, openSnapshot, pinRevision } from "../hub/hub_files.ts";
import { type HubRepo, isRepoName } from "../hub/hub_repo.ts";
import { describeJson } from "./files.ts";
import { LINEAGE_FILE } from "./model_card.ts";
import { shardNames } from "./weight_files.ts";

/** A checkpoint on the Hub. */
export interface HubCheckpoint {
  /** The model: `owner/name`. */
  readonly hub: string;
  /** Branch, tag, or commit (40 hexadecimal digits, which never change their meaning). */
  readonly revision: string;
}

/** What is read of a checkpoint: everything, or the tokenizer alone. */
export type CheckpointParts = "all" | "tokenizer";

const PREFIX = "hf:";
const CONFIG = ["config.json", "generation_config.json"];
const TOKENIZER = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "chat_template.jinja",
];
const WHOLE = "model.safetensors";
const INDEX = `${WHOLE}.index.json`;

/** Files that a checkpoint is read from wherever it lies, apart from its weights. */
export const CHECKPOINT_TEXTS: readonly string[] = [...CONFIG, ...TOKENIZER, INDEX];

/**
 * Reads `hf:owner/name[@revision]`; without a revision, the branch `main`. Null for any text that does not begin with `hf:`,
 * which is a folder.
 *
 * @param field What an error begins with.
 * @throws {InputError} where what follows `hf:` is nothing of the kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const name = parseHubCheckpoint("hf:Qwen/Qwen2.5-0.5B-Instruct", "policy");
 * assertEquals(name, { hub: "Qwen/Qwen2.5-0.5B-Instruct", revision: "main" });
 * assertEquals(parseHubCheckpoint("checkpoints/small", "policy"), null);
 * ```
 */
export function parseHubCheckpoint(text: string, field: string): HubCheckpoint | null {
  if (!text.startsWith(PREFIX)) return null;
  const [hub, ...rest] = text.slice(PREFIX.length).split("@");
  const revision = rest.length === 0 ? "main" : rest.join("@");
  if (isRepoName(hub!) && /^[\w./-]+$/.test(revision)) return { hub: hub!, revision };
  throw new InputError(`${field}: expected hf:owner/name[@revision], found ${describeJson(text)}`);
}

/**
 * A checkpoint's name whose meaning cannot change any more: the revision is replaced by the commit that it stands for now. A
 * folder stays what it is.
 *
 * @param field What an error begins with.
 * @throws {InputError} where the Hub cannot say; see `pinRevision`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await pinCheckpoint("checkpoints/small", "policy"), "checkpoints/small");
 * const pinned = "hf:Qwen/Qwen2.5-0.5B@060db6499f32faf8b98477b0a26969ef7d8b9987";
 * assertEquals(await pinCheckpoint(pinned, "policy"), pinned);
 * ```
 */
export async function pinCheckpoint(
  where: string,
  field: string,
  options: HubOptions = {},
): Promise<string> {
  const named = parseHubCheckpoint(where, field);
  if (named === null) return where;
  const { hub, revision } = named;
  const commit = await pinRevision(repoOf(named), revision, `${field}: ${where}`, options);
  return `${PREFIX}${hub}@${commit}`;
}

/**
 * The folder that holds a checkpoint: itself, or where the cache has it, which every tool of the Hub shares. Of a model on the
 * Hub, only the files that are read are downloaded, and those once: a cached commit needs no network.
 *
 * @param where A folder, or `hf:owner/name[@revision]`.
 * @param field What an error begins with.
 * @param parts What of it is wanted.
 * @throws {InputError} for what the Hub refuses or fails at, and a model without the files that are needed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await checkpointFolder("checkpoints/small", "policy"), "checkpoints/small");
 * ```
 */
export async function checkpointFolder(
  where: string,
  field: string,
  parts: CheckpointParts = "all",
  options: HubOptions = {},
): Promise<string> {
  const pinned = parseHubCheckpoint(await pinCheckpoint(where, field, options), field);
  if (pinned === null) return where;
  const place = `${field}: ${PREFIX}${pinned.hub}@${pinned.revision}`;
  const snapshot = await openSnapshot(repoOf(pinned), pinned.revision, place, options);
  const there = (names: readonly string[]) => names.filter((name) => snapshot.paths.includes(name));
  const need = (name: string, found: readonly string[]) => {
    if (there([name]).length > 0) return;
    const others = found.length > 0 ? `; it has ${found.slice(0, 5).join(", ")}` : "";
    throw new InputError(`${place}: there is no ${name}${others}`);
  };
  need("tokenizer.json", snapshot.paths.filter((path) => /tokenizer|vocab|tekken/.test(path)));
  if (parts === "all") {
    need("config.json", snapshot.paths);
    const whole = there([WHOLE]);
    if (whole.length === 0 && there([INDEX]).length === 0) {
      need(WHOLE, snapshot.paths.filter((path) => /\.(bin|pth?|gguf|safetensors)$/.test(path)));
    }
    const [weights] = await snapshot.fetch(whole.length > 0 ? whole : [INDEX]);
    if (whole.length === 0) {
      const shards = shardNames(await Deno.readTextFile(weights!), `${place}: ${INDEX}`);
      for (const shard of shards) need(shard, there([...shards]));
      await snapshot.fetch([...shards]);
    }
  }
  const texts = await snapshot.fetch(
    there(parts === "all" ? [...CONFIG, ...TOKENIZER, LINEAGE_FILE] : TOKENIZER),
  );
  return texts[0]!.slice(0, texts[0]!.lastIndexOf("/"));
}

function repoOf({ hub }: HubCheckpoint): HubRepo {
  return { kind: "model", name: hub };
}
