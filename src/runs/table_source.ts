/** @file What the stages behind a table were made from: together, and where they differ. */
import { countText } from "../count_text.ts";
import type { TableProvenance } from "../results/table.ts";
import type { RunProvenance, StageProvenance } from "./provenance.ts";

/** What must be the same for all stages of a table that have it, and how it is called in the plural. */
const ALIKE: Readonly<Record<string, (made: RunProvenance) => string | null>> = {
  commits: ({ commit }) => commit?.slice(0, 12) ?? "unknown",
  "dependency locks": ({ lock }) => lock?.slice(0, 12) ?? "none",
  "engine versions": ({ versions }) => versions.engine ?? "unknown",
  // Unknown where no library was found, and of stages that another engine trained elsewhere.
  runtimes: ({ runtime }) => runtime ? `${runtime.name} ${runtime.version}` : "unknown",
  // Which stages compute on a GPU was declared; through what was not. All use the processor as well.
  "GPU providers": ({ runtime }) => runtime?.provider.split(", ")[1] ?? null,
  "versions of Deno": ({ versions }) => versions.deno ?? "unknown",
  processors: ({ cpu }) => cpu,
  platforms: ({ platform }) => platform,
};

/** `A (2 stages) and B (1 stage)`; null where all are alike. */
function difference(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size < 2) return null;
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([value, count]) => `${value} (${countText(count, "stage")})`)
    .join(" and ");
}

/**
 * The source of a table: one dirty or unknown tree taints all, and what is not alike in all stages is named.
 *
 * @param made Provenance of every stage behind the table, each once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tableSource([]), { commit: null, dirty: false });
 * ```
 */
export function tableSource(made: readonly StageProvenance[]): TableProvenance {
  // A stage that went on after an interruption may come from two trees.
  const runs = made.map((stage): RunProvenance[] => [...stage.earlier, stage]);
  const commits = new Set(runs.flat().map(({ commit }) => commit?.slice(0, 12) ?? null));
  const commit = commits.has(null) || commits.size === 0 ? null : [...commits].sort().join(", ");
  const dirty = runs.flat().some((run) => run.dirty === true)
    ? true
    : runs.flat().some((run) => run.dirty === null)
    ? null
    : false;
  const mixed = Object.entries(ALIKE).flatMap(([plural, of]) => {
    const found = difference(
      runs.flatMap((stage) => [...new Set(stage.map(of).filter((value) => value !== null))]),
    );
    return found === null ? [] : [`${plural} ${found}`];
  });
  return { commit, dirty, ...mixed.length > 0 ? { mixed } : {} };
}
