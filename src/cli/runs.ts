/** @file `deno task runs`: what runs have left behind, and removing what nothing needs. */
import { Command } from "commander";
import { countText } from "../count_text.ts";
import { alignColumns } from "../runs/align_columns.ts";
import { duration } from "../runs/clock.ts";
import { inventory, removeStage, type StoredStage, whyRemovable } from "../runs/inventory.ts";
import { StageStore } from "../runs/store.ts";
import { prepareCommand, runCli } from "./main.ts";

const HELP = `
A stage is needed while the plan of an experiment refers to it, as its file was when it was last
run, or results/ has a table that was made from it. The plan of a file that is gone refers to nothing.

Examples:
  deno task runs               every stage with its size, its age and the experiments that refer to it
  deno task runs --gc          what nothing refers to, and why; removes it once you agree
  deno task runs --gc --yes    removes it without asking
`;

/** What the command needs of the world. */
export interface RunsHost {
  /** Folder of all that runs leave behind. */
  readonly root: string;
  /** Folder of all results. */
  readonly results: string;
  /** Now. */
  readonly now: Date;
  /** Asks a question; null where there is nobody to ask. */
  readonly ask: ((question: string) => boolean) | null;
  /** Shows a line. */
  say(line: string): void;
}

/**
 * Bytes in the largest unit of which there is one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([bytesText(999), bytesText(1234), bytesText(5.6e9)], ["999 B", "1.2 kB", "5.6 GB"]);
 * ```
 */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  for (; value >= 999.95 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** How long ago: a clock that was put back makes nothing younger than new. */
function age(since: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - since.getTime()) / 1000);
  return seconds < 48 * 3600 ? duration(seconds) : `${Math.floor(seconds / 86_400)} d`;
}

/** The stages as lines, with who needs them. */
function list(stages: readonly StoredStage[], now: Date): string[] {
  return alignColumns(stages.map(({ id, state, bytes, since, label, experiments }) => {
    const [size, old] = [bytesText(bytes).padStart(8), age(since, now).padStart(10)];
    return [id, state, size, old, label, experiments.join(", ") || "–"];
  }));
}

function folders(stages: readonly StoredStage[]): string {
  return countText(stages.length, "folder");
}

function total(stages: readonly StoredStage[]): string {
  return bytesText(stages.reduce((sum, { bytes }) => sum + bytes, 0));
}

/**
 * The command.
 *
 * @param args What follows the command's name.
 */
export async function runsCommand(args: readonly string[], host: RunsHost): Promise<void> {
  const program = prepareCommand(new Command("deno task runs"))
    .description("Lists the stages that runs have left behind, and removes what nothing needs.")
    .option("--gc", "show what no experiment's plan refers to, and remove it")
    .option("--yes", "remove it without asking")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const { gc = false, yes = false } = program.opts<{ gc?: boolean; yes?: boolean }>();
  const { root, results, now, ask, say } = host;
  const store = new StageStore(root);
  const all = await inventory(store, results);
  if (!gc) {
    say(`${root}: ${folders(all)}, ${total(all)}`);
    for (const line of list(all, now)) say(line);
    return;
  }
  const byReason = Map.groupBy(all, whyRemovable);
  byReason.delete(null);
  const stages = [...byReason.values()].flat();
  if (stages.length === 0) return say(`${root}: nothing to remove; ${folders(all)} are needed`);
  say(`${root}: to remove ${folders(stages)} of ${all.length}, ${total(stages)}`);
  for (const [why, going] of byReason) {
    say(`${why}:`);
    for (const line of list(going, now)) say(line);
  }
  if (!yes && ask === null) return say("removed nothing; --yes removes them");
  if (!yes && !ask!(`remove ${folders(stages)}?`)) return say("removed nothing");
  const removed: StoredStage[] = [];
  for (const stage of stages) {
    if (await removeStage(store, stage)) removed.push(stage);
    else say(`  ${stage.id} is being made by another process, and stays`);
  }
  say(`removed ${folders(removed)}, ${total(removed)}`);
}

if (import.meta.main) {
  await runCli(() =>
    runsCommand(Deno.args, {
      root: ".stepwise",
      results: "results",
      now: new Date(),
      ask: Deno.stdin.isTerminal() ? confirm : null,
      say: (line) => console.log(line),
    })
  );
}
