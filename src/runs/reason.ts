/** @file Why a stage is to run: what changed since the last run of the same cell. */
import { type Change, changesBetween, changeText } from "../experiment/changes.ts";
import { meaningOf } from "../experiment/identity.ts";
import type { Plan, PlannedStage } from "../experiment/plan.ts";
import { cellName } from "./cell_name.ts";
import type { CellEntry } from "./collect.ts";
import { kindOf } from "./estimate.ts";
import type { StageStore } from "./store.ts";

/** Why a stage is to run. */
export type Reason =
  | {
    /** The last results have no such stage. */
    readonly kind: "new";
  }
  | {
    /** The last results were made from this very stage, which was removed since. */
    readonly kind: "removed";
  }
  | {
    /** The last results were made from another stage, which was removed since: they cannot be compared. */
    readonly kind: "unknown";
    /** Its id. */
    readonly earlier: string;
  }
  | {
    /** The last results were made from a stage that meant something else. */
    readonly kind: "changed";
    /** Its id. */
    readonly earlier: string;
    /** What changed, apart from the stage that it starts from. */
    readonly changes: readonly Change[];
    /** Whether it starts from another stage than then. */
    readonly parent: boolean;
  };

/**
 * Which stage each planned stage stands in the place of, by id: the one at the same position of the same cell of the last results.
 *
 * @param entries Cells of the last results.
 */
export function earlierStages(plan: Plan, entries: readonly CellEntry[]): Map<string, string> {
  const byName = new Map(entries.map((entry) => [cellName(entry), entry]));
  const kinds = new Map(plan.stages.map(({ id, spec }) => [id, kindOf(spec)]));
  const found = new Map<string, string>();
  for (const cell of plan.cells) {
    const stages = byName.get(cellName(cell))?.stages;
    if (!stages) continue;
    const pairs = [
      ...cell.training.map((id, i) => [id, stages[i]] as const),
      [cell.evaluation, stages.at(-1)] as const,
    ];
    for (const [id, stage] of pairs) {
      if (stage && stage.kind === kinds.get(id) && !found.has(id)) found.set(id, stage.id);
    }
  }
  return found;
}

/** What a stored stage means; null where it is not stored any more. */
async function storedMeaning(store: StageStore, id: string): Promise<unknown> {
  try {
    return meaningOf(JSON.parse(await Deno.readTextFile(`${store.dir(id)}/stage.json`)));
  } catch {
    return null; // Removed, or of a version that wrote something else: there is nothing to compare with.
  }
}

/** Paths as an experiment file has them: a stage's own fields come without `stage.`. */
function declared({ path, ...rest }: Change): Change {
  return { path: path.replace(/^(?:stage|evaluation)\./, ""), ...rest };
}

/**
 * What differs between what two stages mean (see {@link meaningOf}), apart from the stages that they start from.
 *
 * @returns The differences, and whether they start from different stages.
 */
export function stageChanges(
  before: unknown,
  after: unknown,
): { readonly changes: readonly Change[]; readonly parent: boolean } {
  const changes = changesBetween(before, after).map(declared);
  const isParent = ({ path, before, after }: Change) =>
    path === "policy.stage" && before !== undefined && after !== undefined;
  return {
    changes: changes.filter((change) => !isParent(change)),
    parent: changes.some(isParent),
  };
}

/**
 * Why stages are to run, by id.
 *
 * @param stages Those that are to run.
 * @param earlier What stood in their places, see {@link earlierStages}.
 */
export async function reasonsFor(
  stages: readonly PlannedStage[],
  earlier: ReadonlyMap<string, string>,
  store: StageStore,
): Promise<Map<string, Reason>> {
  const reason = async ({ id, spec }: PlannedStage): Promise<Reason> => {
    const before = earlier.get(id);
    if (before === undefined) return { kind: "new" };
    if (before === id) return { kind: "removed" };
    const stored = await storedMeaning(store, before);
    if (stored === null) return { kind: "unknown", earlier: before };
    return { kind: "changed", earlier: before, ...stageChanges(stored, meaningOf(spec)) };
  };
  return new Map(
    await Promise.all(stages.map(async (stage) => [stage.id, await reason(stage)] as const)),
  );
}

/**
 * A reason as lines for people.
 *
 * @param parent What the stage starts from, for people; null where it starts from the declared policy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const changes = [{ path: "reward.autojunk", before: true, after: false }];
 * const reason = { kind: "changed", earlier: "0123456789abcdef", changes, parent: true } as const;
 * assertEquals(reasonLines(reason, "sft, 1m, seed 1"), [
 *   "reward.autojunk changed: true → false",
 *   "starts from another stage: sft, 1m, seed 1",
 * ]);
 * ```
 */
export function reasonLines(reason: Reason, parent: string | null): string[] {
  switch (reason.kind) {
    case "new":
      return ["new: the last results have no such stage"];
    case "removed":
      return ["removed: the last results were made from it, and it is not stored any more"];
    case "unknown":
      return [`changed: the earlier stage ${reason.earlier} is not stored any more`];
    case "changed": {
      const lines = reason.changes.map(changeText);
      if (reason.parent) lines.push(`starts from another stage: ${parent}`);
      // Equal meanings have equal ids, unless another version of this program named the earlier stage.
      return lines.length > 0
        ? lines
        : [`changed: how the earlier stage ${reason.earlier} is named`];
    }
  }
}
