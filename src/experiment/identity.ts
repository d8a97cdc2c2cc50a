/** @file A stage's id: the hash of what it means. */
import { canonical } from "./canonical.ts";
import { PROMPT_NAMES } from "../data/prompts/prompts.ts";
import type { StageSpec } from "./specs.ts";

/** Puts a path's content hash in the place of the path: the same bytes elsewhere are the same input. */
function byContent<T extends object>(value: T, key: string, contents: StageSpec["contents"]): T {
  const path = (value as Record<string, unknown>)[key];
  return typeof path === "string" ? { ...value, [key]: contents[path] ?? path } : value;
}

/** The part of a spec that its result depends on. */
function meaning(spec: StageSpec): unknown {
  const { contents, ...rest } = spec;
  const shared = {
    ...rest,
    policy: byContent(spec.policy, "checkpoint", contents),
    prompts: PROMPT_NAMES.reduce((p, name) => byContent(p, name, contents), spec.prompts),
  };
  if (spec.kind === "train") return { ...shared, data: byContent(spec.data, "file", contents) };
  const benchmarks = Object.fromEntries(
    Object.entries(spec.evaluation.benchmarks)
      .map(([name, set]) => [name, byContent(set, "file", contents)]),
  );
  return { ...shared, evaluation: { ...spec.evaluation, benchmarks } };
}

/**
 * The first 16 hexadecimal digits of the SHA-256 of a stage's resolved meaning: its config, its inputs' contents and versions,
 * its parent stage, seed, threads and the engine's version. Never source text, never a path, a time or an arm's name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const evaluation = { benchmarks: {}, greedy: true, samples: 0, temperature: 1, maxTokens: null };
 * const spec = (folder: string) => ({
 *   kind: "evaluate" as const,
 *   evaluation,
 *   policy: { checkpoint: folder },
 *   prompts: { chat: {} },
 *   seed: 1,
 *   threads: 1,
 *   engine: "1",
 *   versions: {},
 *   contents: { [folder]: "the same" },
 * });
 * assertEquals(await stageId(spec("here")), await stageId(spec("there")));
 * ```
 */
export async function stageId(spec: StageSpec): Promise<string> {
  const bytes = new TextEncoder().encode(canonical(meaning(spec)));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 16);
}
