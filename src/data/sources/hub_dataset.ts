/** @file Which part of which Hub dataset: the declaration, and its short form. */
import { InputError } from "../../errors.ts";
import { isRepoName } from "../../hub/hub_repo.ts";

/** One split of a dataset on the Hugging Face Hub. */
export interface HubDataset {
  /** The dataset: `owner/name`. */
  readonly hub: string;
  /** Branch, tag, or commit (40 hexadecimal digits, which never change their meaning). */
  readonly revision: string;
  /** The configuration (subset), e.g. `socratic`; null for that of a dataset that has only one. */
  readonly config: string | null;
  /** The split, e.g. `train`. */
  readonly split: string;
  /** The files that hold the rows, by their paths in the dataset; null to find them by configuration and split. */
  readonly files: readonly string[] | null;
}

const SHORT_FORM = /^(?:hf:)?([^/@:]+\/[^/@:]+)(?:@([^/:]+))?(?::([^/]+))?(?:\/([^/]+))?$/;

/** The parts that a short form names. */
export type HubParts = Pick<HubDataset, "hub"> & Partial<Omit<HubDataset, "files">>;

/**
 * The parts of the short form `hf:owner/name[@revision][:config][/split]`; null for any other text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hubParts("openai/gsm8k/test"), { hub: "openai/gsm8k", split: "test" });
 * assertEquals(hubParts("gsm8k"), null);
 * ```
 */
export function hubParts(text: string): HubParts | null {
  const [, hub, revision, config, split] = SHORT_FORM.exec(text) ?? [];
  if (hub === undefined || !isRepoName(hub)) return null;
  return {
    hub,
    ...revision === undefined ? {} : { revision },
    ...config === undefined ? {} : { config },
    ...split === undefined ? {} : { split },
  };
}

/**
 * Reads the short form `hf:owner/name[@revision][:config][/split]`; `hf:` may be left out. Without a revision, the branch
 * `main`; without a split, `train`. A revision with a slash has no short form.
 *
 * Throws an `InputError` that begins with `field` for any other text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseHub("hf:openai/gsm8k:socratic/test", "data.hub"), {
 *   hub: "openai/gsm8k",
 *   revision: "main",
 *   config: "socratic",
 *   split: "test",
 *   files: null,
 * });
 * ```
 */
export function parseHub(text: string, field: string): HubDataset {
  const parts = hubParts(text);
  if (parts !== null) return completeHub(parts);
  throw new InputError(
    `${field}: found ${
      JSON.stringify(text.slice(0, 100))
    }; expected hf:owner/name[@revision][:config][/split]`,
  );
}

/**
 * A dataset of which some parts are declared: of the branch `main` the split `train`, where nothing else is said.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hubName(completeHub({ hub: "openai/gsm8k" })), "hf:openai/gsm8k@main/train");
 * ```
 */
export function completeHub(parts: HubParts & Partial<HubDataset>): HubDataset {
  return { revision: "main", config: null, split: "train", files: null, ...parts };
}

/**
 * A declaration in the short form, with what says which rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const dataset = { hub: "openai/gsm8k", revision: "main", config: null, split: "test", files: null };
 * assertEquals(hubName(dataset), "hf:openai/gsm8k@main/test");
 * ```
 */
export function hubName({ hub, revision, config, split }: HubDataset): string {
  return `hf:${hub}@${revision}${config === null ? "" : `:${config}`}/${split}`;
}
