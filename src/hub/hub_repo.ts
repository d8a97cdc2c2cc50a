/** @file Repositories of the Hub: what they are called, and what names a state of one for good. */

/** A repository of the Hugging Face Hub. */
export interface HubRepo {
  /** What it holds. */
  readonly kind: "dataset" | "model";
  /** `owner/name`. */
  readonly name: string;
}

/** A commit: what a branch or a tag stands for at some time. */
export const COMMIT = /^[0-9a-f]{40}$/;

const REPO_NAME = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/**
 * Whether a text can be the name of a repository, `owner/name`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([isRepoName("openai/gsm8k"), isRepoName("gsm8k"), isRepoName("../gsm8k")], [true, false, false]);
 * ```
 */
export function isRepoName(text: string): boolean {
  return REPO_NAME.test(text);
}
