/** @file Why a cell is as it is: each of its stages with its state, the reason, and where it comes from. */
import { countText } from "../count_text.ts";
import { wrapText } from "../results/glyphs.ts";
import { WIDTH } from "./align_columns.ts";
import { duration, roughly } from "./clock.ts";
import { memoryText } from "./plan_text.ts";
import { type CellReport, type PlanReport, type StageReport, stateText } from "./plan_report.ts";
import { readProvenance } from "./provenance.ts";
import type { StageStore } from "./store.ts";

/**
 * A cell's stages in order: what a run would do with each and why, or where a finished one comes from.
 *
 * @param cell One of the report's.
 */
export async function whyLines(
  report: PlanReport,
  cell: CellReport,
  store: StageStore,
): Promise<string[]> {
  const byId = new Map(report.stages.map((stage) => [stage.id, stage]));
  const stages = cell.stages.map((id) => byId.get(id)!);
  const of = countText(stages.length, "stage");
  const lines = [
    cell.left === 0
      ? `${cell.name}: finished; ${of} cached`
      : `${cell.name}: ${cell.left} of ${of} to run; ${roughly(cell.seconds)}, at most ${
        memoryText(cell.memory)
      }`,
  ];
  for (const [i, stage] of stages.entries()) {
    const { id, kind, state, seconds, memory } = stage;
    const takes = state === "cached" ? "" : `; ${roughly(seconds)}, ${memoryText(memory)}`;
    lines.push("", `${i + 1} ${kind} ${id}: ${stateText(stage)}${takes}`);
    const shared = stage.cells.filter((name) => name !== cell.name);
    const notes = state === "cached"
      ? await originNotes(stage, store)
      : await openNotes(stage, store);
    if (shared.length > 0) notes.push(sharedText(shared));
    lines.push(...notes.flatMap((note) => wrapText(note, WIDTH - 2)).map((line) => `  ${line}`));
  }
  return lines.flatMap((line) => wrapText(line, WIDTH));
}

/** Why a stage is not finished. */
async function openNotes({ id, why, reason }: StageReport, store: StageStore): Promise<string[]> {
  const notes = [...why];
  if (reason !== null && "earlier" in reason) {
    notes.push(`compared with ${reason.earlier} of the last results`);
  }
  const log = await store.failureLog(id);
  if (log !== null) notes.push(`failed when it was last run: ${log}`);
  return notes;
}

/** Names that a line lists. */
const LISTED = 4;

function sharedText(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `shared with ${names.slice(0, LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Where a finished stage comes from. */
async function originNotes({ id }: StageReport, store: StageStore): Promise<string[]> {
  const { start, seconds, commit, dirty, cpu } = await readProvenance(store.dir(id));
  const tree = commit === null
    ? "outside of git"
    : `commit ${commit.slice(0, 12)}${dirty ? " (dirty)" : ""}`;
  const made = `made ${start.slice(0, 16).replace("T", " ")} UTC in ${duration(seconds)}`;
  return [`${made}, ${tree}, ${cpu}`, store.dir(id)];
}
