/** @file Rows of a dataset on the Hugging Face Hub, downloaded once. */
import { InputError } from "../../errors.ts";
import { hashFiles, readFiles, type RowFile } from "./file_source.ts";
import { HubCache } from "./hub_cache.ts";
import {
  currentCommit,
  downloadPieces,
  type HubConnection,
  type HubFile,
  listDataset,
} from "./hub_client.ts";
import { COMMIT, type HubDataset, hubName } from "./hub_dataset.ts";
import { splitFiles } from "./hub_files.ts";
import type { RowSource } from "./row_source.ts";

/** Where the Hub and the cache are, instead of where the environment says. */
export interface HubOptions {
  /** Address of the Hub. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly hubUrl?: string;
  /** Access token of private datasets. Default: `HF_TOKEN`. */
  readonly token?: string;
  /** Folder of the cache. Default: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string;
  /** Seconds to wait for an answer of the Hub, or for more of one. Default 60. */
  readonly patience?: number;
  /** Told of each download before it begins. Default: written to stderr. */
  readonly report?: (line: string) => void;
}

/**
 * The dataset at the commit that its revision stands for now. A commit is its own answer: the Hub is not asked.
 *
 * @param field Path of the declaration, to begin an error with.
 * @throws {InputError} where the Hub cannot say; it names the commit that was last found, to go on offline with.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseHub } from "./hub_dataset.ts";
 *
 * const commit = "740312add88f781978c0658806c59bc2815b9866";
 * const dataset = parseHub(`openai/gsm8k@${commit}:main`, "data.hub");
 * assertEquals(await pinHub(dataset, "data", { hubUrl: "http://nobody.invalid" }), dataset);
 * ```
 */
export async function pinHub(
  dataset: HubDataset,
  field: string,
  options: HubOptions = {},
): Promise<HubDataset> {
  const { revision } = dataset;
  if (COMMIT.test(revision)) return dataset;
  const cache = await cacheOf(dataset, options);
  try {
    const commit = await currentCommit(dataset, connectionOf(options), placeOf(dataset, field));
    if (!COMMIT.test(commit)) {
      throw new InputError(`${placeOf(dataset, field)}: the Hub names no commit of it`);
    }
    await cache.keepRef(revision, commit);
    return { ...dataset, revision: commit };
  } catch (error) {
    const last = await cache.ref(revision);
    if (last === null || !(error instanceof InputError)) throw error;
    throw new InputError(
      `${error.message}; it was last at ${last}: declare this revision to use what is cached`,
    );
  }
}

/**
 * Rows of a pinned dataset. What the cache has is not asked for again: with the files of a commit cached, the Hub is not
 * asked at all.
 *
 * @param dataset Its revision is a commit, as {@link pinHub} gives.
 * @param field Path of the declaration, to begin an error with.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { parseHub } from "./hub_dataset.ts";
 *
 * const commit = "740312add88f781978c0658806c59bc2815b9866";
 * const dataset = parseHub(`openai/gsm8k@${commit}:main`, "data.hub");
 * const cacheDir = await Deno.makeTempDir();
 * const source = hubSource(dataset, "data", { cacheDir, hubUrl: "http://127.0.0.1:1" });
 * await assertRejects(() => source.rows().next(), Error, "cannot reach http://127.0.0.1:1");
 * ```
 */
export function hubSource(
  dataset: HubDataset,
  field: string,
  options: HubOptions = {},
): RowSource {
  let files: Promise<RowFile[]> | undefined;
  const fetched = () => files ??= fetchFiles(dataset, field, options);
  return {
    name: hubName(dataset),
    async *rows() {
      yield* readFiles(await fetched());
    },
    contentHash: async () => await hashFiles(await fetched()),
  };
}

async function fetchFiles(
  dataset: HubDataset,
  field: string,
  options: HubOptions,
): Promise<RowFile[]> {
  const { revision: commit } = dataset;
  const { report = (line) => console.error(line) } = options;
  const place = placeOf(dataset, field);
  const connection = connectionOf(options);
  const cache = await cacheOf(dataset, options);
  const listed = await cache.files(commit) ?? await list(dataset, connection, cache, place);
  const paths = splitFiles(listed.map(({ path }) => path), dataset, field);
  for (const path of paths) {
    if (await cache.has(commit, path)) continue;
    const file = listed.find((file) => file.path === path)!;
    report(`downloading ${path} of ${dataset.hub} (${(file.size / 1e6).toFixed(1)} MB)`);
    const pieces = downloadPieces(dataset, commit, file, connection, place);
    await cache.keep(commit, file, pieces, place);
  }
  const name = `hf:${dataset.hub}@${commit}`;
  return paths.map((path) => ({ path: cache.pathOf(commit, path), name: `${name}/${path}` }));
}

async function list(
  dataset: HubDataset,
  connection: HubConnection,
  cache: HubCache,
  place: string,
): Promise<HubFile[]> {
  const files = await listDataset(dataset, dataset.revision, connection, place);
  await cache.keepFiles(dataset.revision, files);
  return files;
}

function placeOf(dataset: HubDataset, field: string): string {
  return `${field}.hub: ${hubName(dataset)}`;
}

function connectionOf({ hubUrl, token, patience = 60 }: HubOptions): HubConnection {
  const url = hubUrl ?? (Deno.env.get("HF_ENDPOINT") || "https://huggingface.co");
  const secret = token ?? (Deno.env.get("HF_TOKEN") || null);
  return { url: url.replace(/\/$/, ""), token: secret, patience };
}

async function cacheOf({ hub }: HubDataset, { cacheDir }: HubOptions): Promise<HubCache> {
  if (cacheDir !== undefined) return new HubCache(cacheDir, hub);
  const { getHFHubCachePath } = await import("@huggingface/hub");
  return new HubCache(getHFHubCachePath(), hub);
}
