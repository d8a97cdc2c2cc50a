/** @file `deno task data`: what a file of expert solutions comes to as training data, and what is dropped. */
import { Command, Option } from "commander";
import { reportData } from "../data/data_report.ts";
import { loadTrajectories } from "../data/load_trajectories.ts";
import { parseHub } from "../data/sources/hub_dataset.ts";
import { openSource } from "../data/sources/open_source.ts";
import { STEP_TARGETS, type StepTargets } from "../data/step_instances.ts";
import { renderDataReport } from "./data_text.ts";
import { prepareCommand, runCli } from "./main.ts";

const HELP = `
SOURCE is a file (JSON Lines, or Parquet where it ends in .parquet) or a dataset of the Hugging Face
Hub, hf:owner/name[@revision][:config][/split]. Each row has "problem" (or "question"), "solution",
and optionally "id" and "answer". A solution is a numbered list of at least two steps:

  1. **Title** body

  2. **Title** body

Examples:
  deno task data solutions.jsonl
  deno task data hf:owner/name@main/train
  deno task data solutions.jsonl --next-title --show p7#2
  deno task data solutions.jsonl --json | jq .reasons
`;

interface Flags {
  readonly targets: StepTargets;
  readonly nextTitle?: boolean;
  readonly untitled?: boolean;
  readonly show?: string;
  readonly json?: boolean;
}

/** What the command line says. */
function parse(args: readonly string[]): { file: string; flags: Flags } {
  const program = prepareCommand(new Command("data"))
    .description(
      "Cuts expert solutions into step instances as training does, and shows what comes of them.",
    )
    .argument("<source>", "expert solutions: a file, or hf:owner/name")
    .addOption(
      new Option("--targets <steps>", "which of a solution's N steps become targets")
        .choices(STEP_TARGETS).default("1..N-1"),
    )
    .option("--next-title", "give the title of the step asked for in the prompt")
    .option("--untitled", "accept steps that have no **title**")
    .option("--show <id>", "the step instance to show, or a problem for its middle one")
    .option("--json", "print the report as JSON")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  return { file: program.args[0]!, flags: program.opts<Flags & Record<string, unknown>>() };
}

/**
 * Runs the command and prints its report on stdout.
 *
 * Throws an `InputError` for a file that cannot be read or has no usable row, and for an unknown `--show`; a commander
 * error for wrong usage and after `--help`.
 *
 * @param args What stands after the command's name.
 *
 * @example
 * ```ts
 * const path = await Deno.makeTempFile();
 * const solution = "1. **Double** x = 6\n2. **Answer** \\boxed{6}";
 * await Deno.writeTextFile(path, JSON.stringify({ question: "x/2 = 3?", solution }));
 * await runData([path, "--targets", "1..N"]);
 * ```
 */
export async function runData(args: readonly string[]): Promise<void> {
  const { file, flags } = parse(args);
  const { targets, nextTitle = false, untitled = false, show, json = false } = flags;
  const source = await openSource(file.startsWith("hf:") ? parseHub(file, "source") : { file });
  const loaded = await loadTrajectories(source, { titles: untitled ? "optional" : "required" });
  const report = reportData(loaded, { targets, nextTitle }, show);
  console.log(json ? JSON.stringify(report, null, 2) : renderDataReport(report));
  // After the report, which says row by row why.
  loaded.ledger.failAbove(1);
}

if (import.meta.main) await runCli(() => runData(Deno.args));
