/** @file Which files of a dataset's repository hold a split. */
import { InputError } from "../../errors.ts";
import { nearest } from "../../experiment/nearest.ts";
import { type HubDataset, hubName } from "./hub_dataset.ts";

/** A file that can hold rows: where it is, and what it says of itself. */
interface Candidate {
  readonly path: string;
  readonly config: string | null;
  readonly split: string;
  readonly format: string;
  /** How many shards the split has, where the name says so. */
  readonly shards: number | null;
}

/**
 * Picks a split's files from a repository's paths: the declared `files`, or by the layouts that the Hub itself writes,
 * `data/train-00000-of-00002.parquet`, `train.jsonl` and, for a configuration, `socratic/train-00000-of-00001.parquet` or
 * `socratic/train/0000.parquet`. Ascending by path.
 *
 * Throws an `InputError` that begins with `field` where there are none, where several configurations or formats have the
 * split, and where a shard is missing; it says what there is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dataset = { hub: "openai/gsm8k", revision: "main", config: "main", split: "test", files: null };
 * const paths = ["README.md", "main/test-00000-of-00001.parquet", "main/train-00000-of-00001.parquet"];
 * assertEquals(splitFiles(paths, dataset, "data"), ["main/test-00000-of-00001.parquet"]);
 * ```
 */
export function splitFiles(
  paths: readonly string[],
  dataset: HubDataset,
  field: string,
): string[] {
  const { files, split } = dataset;
  const fail = (key: string, why: string): never => {
    throw new InputError(`${field}.${key}: ${hubName(dataset)}: ${why}`);
  };
  if (files !== null) {
    for (const file of files) {
      if (paths.includes(file)) continue;
      const near = nearest(file, paths);
      fail("files", `there is no file ${file}${near ? `; did you mean ${near}?` : ""}`);
    }
    return [...files];
  }
  const candidates = paths.flatMap(candidateOf);
  if (candidates.length === 0) fail("hub", "it has neither Parquet nor JSON Lines files");
  const configs = unique(candidates.map(({ config }) => config ?? "none"));
  const ofConfig = candidates.filter(({ config }) => config === dataset.config);
  if (ofConfig.length === 0) {
    fail(
      "config",
      dataset.config === null
        ? `expected one of its configurations: ${configs}`
        : `there is no configuration ${dataset.config}; it has ${configs}`,
    );
  }
  const found = ofConfig.filter((candidate) => candidate.split === split);
  if (found.length === 0) {
    const splits = unique(ofConfig.map(({ split }) => split));
    fail("split", `there is no split ${split}; it has ${splits}`);
  }
  const formats = unique(found.map(({ format }) => format));
  if (formats.includes(",")) {
    fail("files", `expected files, because the split is there as ${formats}`);
  }
  const shards = found[0]!.shards;
  if (shards !== null && shards !== found.length) {
    fail("hub", `found ${found.length} of the split's ${shards} files`);
  }
  return found.map(({ path }) => path).sort();
}

/** What a path says, where it may hold rows. */
function candidateOf(path: string): Candidate[] {
  const parts = path.split("/");
  const [, stem, format] = /^(.+)\.(parquet|jsonl)$/.exec(parts.at(-1)!) ?? [];
  if (stem === undefined || format === undefined || parts.length > 3) return [];
  const [folder = "data", inner] = parts.slice(0, -1);
  const config = folder === "data" ? null : folder;
  if (inner !== undefined) return [{ path, config, split: inner, format, shards: null }];
  // A split's name has no hyphen.
  const [split = stem] = stem.split("-");
  const shards = /-of-(\d{1,9})(?:-|$)/.exec(stem)?.[1];
  return [{ path, config, split, format, shards: shards === undefined ? null : Number(shards) }];
}

function unique(names: readonly string[]): string {
  return [...new Set(names)].sort().join(", ");
}
