/** @file `deno task rewards`: what rewards say of real expert steps and of corruptions of them. */
import { Command } from "commander";
import { loadTrajectories } from "../data/load_trajectories.ts";
import { parseHub } from "../data/sources/hub_dataset.ts";
import { openSource } from "../data/sources/open_source.ts";
import { stepInstances } from "../data/step_instances.ts";
import { InputError, refusedAt } from "../errors.ts";
import { landscapePlot } from "../results/landscape_plot.ts";
import { type LandscapeTable, landscapeTable } from "../results/landscape_table.ts";
import { renderLandscape } from "../results/render_landscape.ts";
import { renderPng, renderSvg } from "../results/render_plot.ts";
import { rewardScoresCsv } from "../results/reward_scores.ts";
import { writeFiles } from "../results/write_files.ts";
import { CORRUPTIONS } from "../rewards/corruptions.ts";
import {
  corruptSteps,
  type LandscapeStep,
  requireScorable,
  sampleSteps,
  scoreCorrupted,
} from "../rewards/landscape.ts";
import { type NamedReward, parseRewards } from "../rewards/landscape_rewards.ts";
import type { ResourceSpec } from "../rewards/resources.ts";
import { rewardsWithin } from "../rewards/rewards_within.ts";
import { parseMapping, parseParser } from "./data_options.ts";
import { prepareCommand, runCli } from "./main.ts";
import { openTokenizer } from "./open_tokenizer.ts";

const HELP = `
SOURCE is what "deno task data" reads: a file of expert solutions, or hf:owner/name. Steps 1..N-1 of
each solution are scored. DIR gets landscape.svg, landscape.png and scores.csv, every single score.
A reward that needs more than steps, their problems and a tokenizer (a policy's thought, a whole
solution, the number of updates) is refused before anything is scored.

Examples:
  deno task rewards solutions.jsonl
  deno task rewards solutions.jsonl --reward chrf --reward '{"kind":"chrf","wordOrder":2}'
  deno task rewards solutions.jsonl --reward '{"kind":"similarity","unit":"token"}' \\
    --tokenizer hf:Qwen/Qwen2.5-0.5B-Instruct
  deno task rewards solutions.jsonl --reward builtin --reward '{"kind":"module","file":"mine.ts"}'
`;

/** Milliseconds without a word before progress is told. */
const SILENCE = 2000;

interface Flags {
  readonly reward: readonly string[];
  readonly steps: string;
  readonly seed: string;
  readonly mapping: string;
  readonly parser?: string;
  readonly tokenizer?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** What the command line says. */
function parse(args: readonly string[]): { file: string; flags: Flags } {
  const program = prepareCommand(new Command("deno task rewards"))
    .description("Shows how rewards score real expert steps and corruptions of them.")
    .argument("<source>", "expert solutions: a file, or hf:owner/name")
    .option(
      "--reward <reward>",
      'a reward instead of the built-in ones: a kind, JSON, or "builtin" for those; repeatable',
      (text: string, earlier: readonly string[]) => [...earlier, text],
      [] as readonly string[],
    )
    .option("--steps <n>", "most steps to score, drawn at random", "200")
    .option("--seed <seed>", "of the draw and of the corruptions", "0")
    .option("--mapping <name>", "what the columns mean, as for deno task data", "generic")
    .option("--parser <name>", "how solutions are cut into steps, as for deno task data")
    .option(
      "--tokenizer <checkpoint>",
      'a policy\'s folder, or hf:owner/name, whose tokenizer rewards with "unit":"token" compare by',
    )
    .option("--out <dir>", "folder for the files (default: results/rewards/<name of the source>)")
    .option("--json", "print the table as JSON, with quartiles")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  return { file: program.args[0]!, flags: program.opts<Flags & Record<string, unknown>>() };
}

/** A whole number of the command line. */
function whole(name: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  const found = JSON.stringify(text);
  throw new InputError(`${name}: found ${found}; expected a whole number from ${least}`);
}

/** Every step of a source, with its problem. */
async function readSteps(file: string, { mapping, parser }: Flags): Promise<LandscapeStep[]> {
  const source = await openSource(file.startsWith("hf:") ? parseHub(file, "source") : { file });
  const loaded = await loadTrajectories(source, {
    mapping: parseMapping(mapping),
    ...(parser === undefined ? {} : { parser: parseParser(parser) }),
  });
  loaded.ledger.failAbove(1);
  return loaded.trajectories.flatMap((trajectory) =>
    stepInstances(trajectory, { targets: "1..N-1" }).map(({ id, target }) => ({
      id,
      problemId: trajectory.id,
      target,
      problem: trajectory.problem,
      answer: trajectory.answer,
    }))
  );
}

/** What the rewards need besides their declaration. */
async function resourcesOf(
  rewards: readonly NamedReward[],
  steps: readonly LandscapeStep[],
  flags: Flags,
): Promise<ResourceSpec> {
  if (flags.tokenizer === undefined) return {};
  const counting = rewards.some(({ declared }) =>
    rewardsWithin(declared).some((inner) => "unit" in inner && inner.unit === "token")
  );
  if (!counting) {
    throw new InputError('--tokenizer: expected none without a --reward with "unit":"token"');
  }
  const tokenizer = await openTokenizer(flags.tokenizer);
  for (const { id, target } of steps) {
    // As rewards do: half a surrogate pair is no fault there.
    refusedAt(
      `--tokenizer ${flags.tokenizer}: ${id}`,
      () => tokenizer.encode(target.toWellFormed()),
    );
  }
  return { tokenizer: tokenizer.files };
}

/** Fails for a reward that failed on every step, after the table, which says so too. */
function requireScores({ rewards, cells, failures }: LandscapeTable): void {
  const dead = rewards.find(({ name }) =>
    cells.every(({ reward, spread }) => reward !== name || spread === null)
  );
  if (dead === undefined) return;
  const failed = failures.find(({ reward }) => reward === dead.name);
  throw new InputError(
    `--reward ${dead.name}: found no score, ${failed?.count} failures; the first, ${failed?.first}`,
  );
}

/** Says how far it is, once it takes long and then as often. */
function progress(): (done: number, total: number) => void {
  let last = performance.now();
  return (done, total) => {
    if (performance.now() - last < SILENCE || done === total) return;
    last = performance.now();
    console.error(`scored ${done} of ${total}`);
  };
}

/**
 * Runs the command: prints the table on stdout and writes the plot and the scores.
 *
 * @param args What stands after the command's name.
 * @throws {InputError} for a source that cannot be read or has no usable row, for what is no reward or one that cannot be scored
 * here, and, after the table, for a reward that failed on every step; a commander error for
 * wrong usage and after `--help`.
 *
 * @example
 * ```ts
 * const dir = await Deno.makeTempDir();
 * const solution = "1. **Double** x = 6\n2. **Answer** \\boxed{6}";
 * await Deno.writeTextFile(`${dir}/one.jsonl`, JSON.stringify({ question: "x/2 = 3?", solution }));
 * await runRewards([`${dir}/one.jsonl`, "--reward", "levenshtein", "--out", dir]);
 * ```
 */
export async function runRewards(args: readonly string[]): Promise<void> {
  const { file, flags } = parse(args);
  const count = whole("--steps", flags.steps, 1);
  const seed = whole("--seed", flags.seed, 0);
  const all = await readSteps(file, flags);
  const steps = sampleSteps(all, count, seed);
  const rewards = parseRewards(flags.reward, steps.map(({ target }) => target));
  const resources = await resourcesOf(rewards, steps, flags);
  await requireScorable(rewards, steps, resources);
  const corrupted = corruptSteps(steps, all, seed);
  const scores = await scoreCorrupted(corrupted, rewards, { resources, onProgress: progress() });
  const about = { source: baseName(file), steps: steps.length, of: all.length, seed };
  const table = landscapeTable(scores, rewards.map(({ name }) => name), CORRUPTIONS, about);
  const svg = await renderSvg(landscapePlot(table));
  const out = flags.out ?? `results/rewards/${folderName(file)}`;
  await writeFiles(out, {
    "landscape.svg": svg,
    "landscape.png": await renderPng(svg),
    "scores.csv": rewardScoresCsv(scores),
  });
  if (flags.json) console.log(JSON.stringify(table, null, 2));
  else {
    console.log(renderLandscape(table));
    console.log(`${out}: landscape.svg, landscape.png, scores.csv`);
  }
  requireScores(table);
}

/** A file's name without its folders; a dataset's whole. */
function baseName(source: string): string {
  return source.startsWith("hf:") ? source : source.slice(source.search(/[^/\\]*$/));
}

/** The same as a folder's name. */
function folderName(source: string): string {
  const name = baseName(source).replace(/^hf:/, "").replace(/\.(jsonl|parquet)$/, "");
  return name.replaceAll(/[^\p{L}\p{N}._-]/gu, "-").replace(/^\.+/, "") || "source";
}

if (import.meta.main) await runCli(() => runRewards(Deno.args));
