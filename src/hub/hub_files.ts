/** @file Files of a repository at a commit, downloaded once. */
import { InputError } from "../errors.ts";
import { HubCache } from "./hub_cache.ts";
import {
  currentCommit,
  downloadPieces,
  type HubConnection,
  type HubFile,
  listRepo,
} from "./hub_client.ts";
import { COMMIT, type HubRepo } from "./hub_repo.ts";

/** Where the Hub and the cache are, instead of where the environment says. */
export interface HubOptions {
  /** Address of the Hub. Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly hubUrl?: string;
  /** Access token of private repositories. Default: `HF_TOKEN`. */
  readonly token?: string;
  /** Folder of the cache. Default: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string;
  /** Seconds to wait for an answer of the Hub, or for more of one. Default 60. */
  readonly patience?: number;
  /** Told of each download before it begins. Default: written to stderr. */
  readonly report?: (line: string) => void;
}

/**
 * The commit that a revision stands for now. A commit is its own answer: the Hub is not asked.
 *
 * @param place What an error begins with: the field, and the repository.
 * @throws {InputError} where the Hub cannot say; it names the commit that was last found, to go on offline with.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const commit = "740312add88f781978c0658806c59bc2815b9866";
 * const repo = { kind: "model", name: "Qwen/Qwen2.5-0.5B" } as const;
 * assertEquals(await pinRevision(repo, commit, "policy", { hubUrl: "http://nobody.invalid" }), commit);
 * ```
 */
export async function pinRevision(
  repo: HubRepo,
  revision: string,
  place: string,
  options: HubOptions = {},
): Promise<string> {
  if (COMMIT.test(revision)) return revision;
  const cache = await cacheOf(repo, options);
  try {
    const commit = await currentCommit(repo, revision, connectionOf(options), place);
    if (!COMMIT.test(commit)) throw new InputError(`${place}: the Hub names no commit of it`);
    await cache.keepRef(revision, commit);
    return commit;
  } catch (error) {
    const last = await cache.ref(revision);
    if (last === null || !(error instanceof InputError)) throw error;
    throw new InputError(
      `${error.message}; it was last at ${last}: declare this revision to use what is cached`,
    );
  }
}

/** A repository at a commit, and what is cached of it. */
export interface HubSnapshot {
  /** Every path in it, as the Hub lists them. */
  readonly paths: readonly string[];
  /** Downloads what is not cached of some files; returns where they are, in the same order. */
  fetch(paths: readonly string[]): Promise<string[]>;
}

/**
 * Opens a repository at a commit. What the cache has is not asked for again: with the files of a commit cached, the Hub is not
 * asked at all.
 *
 * @param place What an error begins with: the field, and the repository.
 * @throws {InputError} for what the Hub refuses or fails at, here or in `fetch`.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const options = { cacheDir: await Deno.makeTempDir(), hubUrl: "http://127.0.0.1:1" };
 * const repo = { kind: "model", name: "Qwen/Qwen2.5-0.5B" } as const;
 * const commit = "740312add88f781978c0658806c59bc2815b9866";
 * await assertRejects(() => openSnapshot(repo, commit, "policy", options), Error, "policy: cannot reach");
 * ```
 */
export async function openSnapshot(
  repo: HubRepo,
  commit: string,
  place: string,
  options: HubOptions = {},
): Promise<HubSnapshot> {
  const { report = (line) => console.error(line) } = options;
  const connection = connectionOf(options);
  const cache = await cacheOf(repo, options);
  const listed = await cache.files(commit) ?? await list(repo, commit, connection, cache, place);
  return {
    paths: listed.map(({ path }) => path),
    async fetch(paths) {
      for (const path of paths) {
        if (await cache.has(commit, path)) continue;
        const file = listed.find((file) => file.path === path)!;
        report(`downloading ${path} of ${repo.name} (${(file.size / 1e6).toFixed(1)} MB)`);
        const pieces = downloadPieces(repo, commit, file, connection, place);
        await cache.keep(commit, file, pieces, place);
      }
      return paths.map((path) => cache.pathOf(commit, path));
    },
  };
}

async function list(
  repo: HubRepo,
  commit: string,
  connection: HubConnection,
  cache: HubCache,
  place: string,
): Promise<HubFile[]> {
  const files = await listRepo(repo, commit, connection, place);
  await cache.keepFiles(commit, files);
  return files;
}

function connectionOf({ hubUrl, token, patience = 60 }: HubOptions): HubConnection {
  const url = hubUrl ?? (Deno.env.get("HF_ENDPOINT") || "https://huggingface.co");
  const secret = token ?? (Deno.env.get("HF_TOKEN") || null);
  return { url: url.replace(/\/$/, ""), token: secret, patience };
}

async function cacheOf(repo: HubRepo, { cacheDir }: HubOptions): Promise<HubCache> {
  if (cacheDir !== undefined) return new HubCache(cacheDir, repo);
  const { getHFHubCachePath } = await import("@huggingface/hub");
  return new HubCache(getHFHubCachePath(), repo);
}
