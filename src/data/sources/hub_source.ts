/** @file Rows of a dataset on the Hugging Face Hub, downloaded once. */
import { type HubOptions, openSnapshot, pinRevision } from "../../hub/hub_files.ts";
import type { HubRepo } from "../../hub/hub_repo.ts";
import { hashFiles, readFiles, type RowFile } from "./file_source.ts";
import { type HubDataset, hubName } from "./hub_dataset.ts";
import { splitFiles } from "./hub_files.ts";
import type { RowSource } from "./row_source.ts";

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
  const place = placeOf(dataset, field);
  return {
    ...dataset,
    revision: await pinRevision(repoOf(dataset), dataset.revision, place, options),
  };
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
  const { hub, revision: commit } = dataset;
  const snapshot = await openSnapshot(repoOf(dataset), commit, placeOf(dataset, field), options);
  const paths = splitFiles(snapshot.paths, dataset, field);
  const places = await snapshot.fetch(paths);
  return paths.map((path, i) => ({ path: places[i]!, name: `hf:${hub}@${commit}/${path}` }));
}

function repoOf({ hub }: HubDataset): HubRepo {
  return { kind: "dataset", name: hub };
}

function placeOf(dataset: HubDataset, field: string): string {
  return `${field}.hub: ${hubName(dataset)}`;
}
