/** @file `deno task rollouts`: shows one group of rollouts of a finished experiment. */
import { Command, Option } from "commander";
import { InputError } from "../errors.ts";
import { readRows, ROLLOUTS } from "../results/jsonl_rows.ts";
import { showRollouts } from "../results/show_rollouts.ts";
import { FILTERS, type GroupFilter, pickGroup } from "../runs/pick_group.ts";
import { chooseStage, readCells } from "../runs/read_cells.ts";
import { prepareCommand, runCli } from "./main.ts";

/** The options as commander reads them. */
interface Options {
  readonly arm?: string;
  readonly size?: string;
  readonly seed?: string;
  readonly stage?: string;
  readonly step: string;
  readonly group: string;
  readonly filter?: GroupFilter;
}

/** A number from 0 of the command line. */
function whole(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const expected = name === "--step" ? '"last" or a whole number' : "a whole number";
  throw new InputError(`${name}: found ${JSON.stringify(text)}; expected ${expected} from 0`);
}

/**
 * The command: what it prints for some arguments.
 *
 * @param args What follows the command's name.
 * @param results Folder of all results.
 * @throws {InputError} When there is no such group, with what there is.
 */
export async function rolloutsCommand(args: readonly string[], results: string): Promise<string> {
  const program = prepareCommand(new Command("deno task rollouts"))
    .description(
      "Shows one group of rollouts: the prompt, then each rollout's think and action beside the expert's action, " +
        "its reward and its advantage.",
    )
    .argument("<experiment>", "name of a finished experiment, e.g. quickstart")
    .option("--arm <arm>", "arm (default: the first that has rollouts)")
    .option("--size <size>", "policy size (default: the first)")
    .option("--seed <seed>", "seed (default: the first)")
    .option("--stage <kind>", "srl, rlvr or r3, in an arm with several (default: the last)")
    .option("--step <n>", "updates made before the batch, or last", "last")
    .option("--group <k>", "group of the step, or its place in what --filter leaves, from 0", "0")
    .addOption(
      new Option(
        "--filter <which>",
        "groups by mean reward, with equal rewards, or with a broken format",
      )
        .choices(FILTERS),
    )
    .parse(args, { from: "user" });
  const options = program.opts<Options>();
  const [name = ""] = program.args;
  const cells = await readCells(results, name);
  const { cell, stage } = chooseStage(cells, {
    ...options.arm === undefined ? {} : { arm: options.arm },
    ...options.size === undefined ? {} : { size: options.size },
    ...options.stage === undefined ? {} : { stage: options.stage },
    ...options.seed === undefined ? {} : { seed: whole("--seed", options.seed) },
  });
  const path = `${stage.dir}/rollouts.jsonl`;
  const { rows, among, steps } = pickGroup(await readRows(ROLLOUTS, path), {
    step: options.step === "last" ? null : whole("--step", options.step),
    group: whole("--group", options.group),
    filter: options.filter ?? null,
  });
  const where =
    `${name}: arm ${cell.arm}, size ${cell.size}, seed ${cell.seed}, stage ${stage.kind}`;
  const which = options.filter === undefined ? "groups" : `groups by --filter ${options.filter}`;
  const there = `steps ${steps[0]} to ${steps.at(-1)}; ${among} ${which} in this one`;
  const width = Deno.stdout.isTerminal() ? { width: Deno.consoleSize().columns } : {};
  return `${where}\n${path}: ${there}\n\n${showRollouts(rows, width)}`;
}

if (import.meta.main) {
  await runCli(async () => console.log(await rolloutsCommand(Deno.args, "results")));
}
