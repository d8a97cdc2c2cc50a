/** @file How the policy that a stage makes came to be. */
import type { TrainingSpec } from "../../experiment/specs.ts";
import { parseHubCheckpoint } from "../../policy/hub_checkpoint.ts";
import { type Lineage, readLineage, type TrainingRecord } from "../../policy/model_card.ts";

/**
 * The lineage of what a stage makes: that of what it starts from, and the stage itself.
 *
 * @param parent Folder of the policy that it starts from; null where it is to be initialised.
 * @throws {InputError} where the lineage of what it starts from is malformed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sft, sftSchema } from "../../experiment/sft.ts";
 *
 * const lineage = await lineageOf({
 *   kind: "train",
 *   policy: { checkpoint: "checkpoints/small" },
 *   data: { domain: "relay", tier: "easy", train: 8, validation: 0, seed: 1 },
 *   stage: sftSchema.parse(sft({ learningRate: 1e-3, updates: 2, batch: 4 })),
 *   prompts: { chat: {} },
 *   seed: 1, threads: 1, engine: "1", versions: {}, contents: { "checkpoints/small": "e3b0" },
 * }, "checkpoints/small");
 * assertEquals([lineage.hub, lineage.sha256, lineage.stages[0]!.method], [null, "e3b0", "sft"]);
 * ```
 */
export async function lineageOf(spec: TrainingSpec, parent: string | null): Promise<Lineage> {
  const before = parent === null ? null : await readLineage(parent);
  const { hub, sha256, stages } = before ?? firstOf(spec);
  return { hub, sha256, stages: [...stages, recordOf(spec)] };
}

/** What is known of a policy that has no lineage. */
function firstOf({ policy, contents }: TrainingSpec): Lineage {
  if (!("checkpoint" in policy)) return { hub: null, sha256: null, stages: [] };
  const named = parseHubCheckpoint(policy.checkpoint, "policy");
  return {
    hub: named && { name: named.hub, commit: named.revision },
    sha256: contents[policy.checkpoint] ?? null,
    stages: [],
  };
}

function recordOf({ stage, data, seed, engine, contents, policy }: TrainingSpec): TrainingRecord {
  const { kind, ...settings } = stage;
  const base = "checkpoint" in policy ? policy.checkpoint : null;
  return {
    method: kind,
    settings,
    data: { ...data, ...data.domain === "rows" ? { rows: data.rows.length } : {} },
    dataset: data.domain === "hub" ? data.hub : null,
    seed,
    engine,
    // What it began as is told by the lineage.
    contents: Object.fromEntries(Object.entries(contents).filter(([name]) => name !== base)),
  };
}
