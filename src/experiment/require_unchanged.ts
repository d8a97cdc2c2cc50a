/** @file A stage's inputs on disk, compared with those that it was planned with. */
import { openSource } from "../data/sources/open_source.ts";
import { InputError } from "../errors.ts";
import { checkpointFolder } from "../policy/hub_checkpoint.ts";
import { hashCheckpoint } from "./contents.ts";
import { sourceKey, sourceOf } from "./source_of.ts";
import type { StageSpec } from "./specs.ts";

/**
 * Fails where data or a policy has changed since the plan hashed it: the stage would keep a result of the new content under the id of
 * the old one. What the spec has no hash of is not looked at.
 *
 * @throws {InputError} naming what has changed.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * const changed = requireUnchanged({
 *   kind: "evaluate",
 *   policy: { stage: "0123456789abcdef" },
 *   evaluation: {
 *     benchmarks: {
 *       held: { domain: "file", file, mapping: "generic", parser: "numbered", rounded: false },
 *     },
 *     greedy: true, samples: 0, temperature: 1, maxTokens: null,
 *   },
 *   prompts: { chat: {} },
 *   seed: 1, threads: 1, engine: "1", versions: {}, contents: { [file]: "another hash" },
 * });
 * await assertRejects(() => changed, Error, `${file}: has changed since the run began`);
 * await Deno.remove(file);
 * ```
 */
export async function requireUnchanged(spec: StageSpec): Promise<void> {
  const { policy, contents } = spec;
  const compare = async (key: string, hash: () => Promise<string>) => {
    const expected = contents[key];
    if (expected === undefined || await hash() === expected) return;
    throw new InputError(
      `${key}: has changed since the run began; run again to plan with what it holds now`,
    );
  };
  if ("checkpoint" in policy) {
    const { checkpoint } = policy;
    await compare(
      checkpoint,
      async () => await hashCheckpoint(await checkpointFolder(checkpoint, "policy"), "policy"),
    );
  }
  const sets = spec.kind === "train" ? [spec.data] : Object.values(spec.evaluation.benchmarks);
  for (const set of sets) {
    if (set.domain === "relay") continue;
    await compare(
      sourceKey(set),
      async () => await (await openSource(sourceOf(set), sourceKey(set))).contentHash(),
    );
  }
}
