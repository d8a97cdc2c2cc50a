/** @file A stage's id: the hash of what it means. */
import { hashCanonical } from "./hash_canonical.ts";
import { PROMPT_NAMES } from "../data/prompts/prompts.ts";
import { mapInputs } from "../rewards/inputs.ts";
import type { ResolvedData, ResolvedRows } from "./data.ts";
import { sourceKey } from "./source_of.ts";
import type { StagePolicy, StageSpec, TrainingSpec } from "./specs.ts";

type Contents = StageSpec["contents"];

/** Key of the hash of what a teacher made of training data. */
export const REWRITTEN = "rewritten by the teacher";

/** Puts a checkpoint's content hash in the place of its path: the same bytes elsewhere are the same input. */
function policyMeaning(policy: StagePolicy, contents: Contents): unknown {
  if (!("checkpoint" in policy)) return policy;
  return { ...policy, checkpoint: contents[policy.checkpoint] ?? policy.checkpoint };
}

/** What templates say, in the place of where they are. */
function promptsMeaning(prompts: StageSpec["prompts"], contents: Contents): unknown {
  const files = PROMPT_NAMES.flatMap((name) => {
    const file = prompts[name];
    return file === undefined ? [] : [[name, contents[file] ?? file] as const];
  });
  return { ...prompts, ...Object.fromEntries(files) };
}

/** What rows say: their content and a user's parser's in the place of where these are. */
function rowsMeaning(rows: ResolvedRows, contents: Contents): Record<string, unknown> {
  const { mapping, parser } = rows;
  const key = sourceKey(rows);
  return {
    content: contents[key] ?? key,
    mapping,
    parser: typeof parser === "object"
      ? { module: contents[parser.module] ?? parser.module }
      : parser,
  };
}

/** What is trained on, by content; when a run fails over its data is no part of what it makes. */
function dataMeaning(data: ResolvedData, contents: Contents): unknown {
  if (data.domain === "relay") return data;
  const { validation, seed } = data;
  // Which teacher rewrote solutions does not matter, only what came of it.
  const rewritten = contents[REWRITTEN] ?? null;
  return { ...rowsMeaning(data, contents), rewritten, validation, seed };
}

/**
 * When a job counts as hung, where it runs and how many processes ask for rewards is no part of what it makes; that its processes are on one
 * machine or on several is none either.
 */
function trainerMeaning(trainer: TrainingSpec["trainer"]): Record<string, unknown> {
  if (trainer === undefined) return {};
  if (trainer.kind === "verl") {
    const { stallSeconds: _, ray: _cluster, rewardWorkers: _workers, gpu: _gpu, ...own } = trainer;
    const { gpus, nodes, ...rest } = own;
    return { trainer: { ...rest, gpus: gpus * nodes } };
  }
  const { stallSeconds: _, ray: _cluster, gpu: _gpu, processes, nodes, ...rest } = trainer;
  return { trainer: { ...rest, processes: processes * nodes } };
}

/** Puts content hashes in the place of the files that a stage's reward reads. */
function stageMeaning(stage: TrainingSpec["stage"], contents: Contents): TrainingSpec["stage"] {
  if (!("reward" in stage)) return stage;
  return { ...stage, reward: mapInputs(stage.reward, ({ path }) => contents[path] ?? path) };
}

/**
 * The part of a spec that its result depends on, contents in the place of paths: what {@link stageId} hashes, and what two stages are
 * compared by.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const spec = {
 *   kind: "evaluate" as const,
 *   evaluation: { benchmarks: {}, greedy: true, samples: 0, temperature: 1, maxTokens: null },
 *   policy: { checkpoint: "here" },
 *   prompts: { chat: {} },
 *   seed: 1,
 *   threads: 1,
 *   engine: "1",
 *   versions: {},
 *   contents: { here: "the hash" },
 * };
 * assertEquals(meaningOf(spec).policy, { checkpoint: "the hash" });
 * ```
 */
export function meaningOf(spec: StageSpec): Readonly<Record<string, unknown>> {
  const { contents, ...rest } = spec;
  const shared = {
    ...rest,
    policy: policyMeaning(spec.policy, contents),
    prompts: promptsMeaning(spec.prompts, contents),
  };
  if (spec.kind === "train") {
    const stage = stageMeaning(spec.stage, contents);
    const data = dataMeaning(spec.data, contents);
    return { ...shared, ...trainerMeaning(spec.trainer), stage, data };
  }
  const benchmarks = Object.fromEntries(
    Object.entries(spec.evaluation.benchmarks).map(([name, set]) => [
      name,
      set.domain === "relay" ? set : { ...rowsMeaning(set, contents), rounded: set.rounded },
    ]),
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
 * assertEquals(stageId(spec("here")), stageId(spec("there")));
 * ```
 */
export function stageId(spec: StageSpec): string {
  return hashCanonical(meaningOf(spec)).slice(0, 16);
}
