/** @file How much of the expert's change to each file a patch makes. */
import { InputError } from "../errors.ts";
import type { RewardInstance } from "./reward.ts";
import { sequenceRatio } from "./sequence_ratio.ts";
import type { Term } from "./term.ts";
import { type FileChange, parseUnifiedDiff } from "./unified_diff.ts";

/** The choices of `patch`. */
export interface PatchOptions {
  /** Whether unchanged lines around a change are compared too. Default true. */
  readonly context?: boolean;
}

/** A declared `patch`. */
export interface PatchDeclaration extends PatchOptions {
  /** Tells the rewards apart. */
  readonly kind: "patch";
}

/** A `patch` with every default filled. */
export type ResolvedPatch = Required<PatchDeclaration>;

/**
 * Declares the patch similarity of SWE-RL (Wei et al., arXiv 2502.18449, section 2): for each file that either patch
 * changes, `difflib`'s ratio of the two changes without autojunk, 0 where only one changes it; the mean over the files. −1 for
 * a malformed patch. Patches are unified diffs (see `parseUnifiedDiff`), alone or in a code fence. Unlike in SWE-RL, line
 * numbers are not compared. Range −1 to 1. Cost: that of `similarity` without autojunk. An expert's action that is no
 * patch is an error.
 *
 * Example: the right change to one of two files is worth 0.5.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const change = (file: string, to: string) => `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-old\n+${to}\n`;
 * const reward = await makeReward(patch());
 * const instance = { target: change("x", "new") + change("y", "new"), problem: "", answer: "" };
 * const value = async (action: string) =>
 *   (await reward.score(splitRollout(`<think></think>${action}`), instance)).value;
 * assertEquals(await value(change("x", "new")), 0.5);
 * assertEquals(await value("x = new"), -1);
 * ```
 */
export function patch(options: PatchOptions = {}): PatchDeclaration {
  return { ...options, kind: "patch" };
}

/** Why an expert's action cannot be compared with; null where it can. */
export function patchFault({ target }: Pick<RewardInstance, "target">): string | null {
  return parseUnifiedDiff(unfenced(target)) === null ? noDiff(target) : null;
}

function noDiff(target: string): string {
  const found = JSON.stringify(target.slice(0, 60));
  return `patch: expected a unified diff as the expert's action, found ${found}`;
}

/** Compiles it. */
export function patchTerm({ context }: ResolvedPatch): Term {
  return {
    name: "patch",
    range: [-1, 1],
    cost: "that of similarity without autojunk",
    source: "arXiv 2502.18449, section 2",
    needs: {},
    format: "needed",
    score({ action }, { target }) {
      const expected = parseUnifiedDiff(unfenced(target));
      if (expected === null) throw new InputError(noDiff(target));
      const found = action === null ? null : parseUnifiedDiff(unfenced(action));
      const value = found === null
        ? -1
        : meanRatio(byFile(found, context), byFile(expected, context));
      return { value, parts: { patch: value, "patch.malformed": Number(found === null) } };
    },
  };
}

/** What stands in the first code fence; the whole text where there is none. */
function unfenced(text: string): string {
  const rows = text.split("\n");
  const open = rows.findIndex((row) => row.startsWith("```"));
  if (open === -1) return text;
  const close = rows.findIndex((row, i) => i > open && row.startsWith("```"));
  return rows.slice(open + 1, close === -1 ? undefined : close).join("\n");
}

function byFile(changes: readonly FileChange[], context: boolean): Map<string, string> {
  const files = new Map<string, string>();
  for (const { path, lines } of changes) {
    const kept = context ? lines : lines.filter((line) => line[0] !== " ");
    files.set(path, (files.get(path) ?? "") + kept.map((line) => `${line}\n`).join(""));
  }
  return files;
}

function meanRatio(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): number {
  const paths = new Set([...a.keys(), ...b.keys()]);
  let sum = 0;
  for (const path of paths) {
    const [mine, theirs] = [a.get(path), b.get(path)];
    if (mine === undefined || theirs === undefined) continue;
    sum += sequenceRatio(mine, theirs, { autojunk: false });
  }
  return sum / paths.size;
}
