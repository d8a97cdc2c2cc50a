/** @file `deno task data`: what a file of expert solutions comes to as training data, and what is dropped. */
import { Command, Option } from "commander";
import { reportBenchmark } from "../data/benchmark_report.ts";
import { reportData } from "../data/data_report.ts";
import { loadProblems } from "../data/load_problems.ts";
import { loadTrajectories } from "../data/load_trajectories.ts";
import { contradictions } from "../data/granularity/check.ts";
import { kindOf } from "../data/granularity/granularity.ts";
import { agentPrompt, numberedPrompt } from "../data/numbered_prompt.ts";
import { audienceOf } from "../data/prompts/prompts.ts";
import { parseHub } from "../data/sources/hub_dataset.ts";
import { openSource } from "../data/sources/open_source.ts";
import {
  STEP_TARGETS,
  type StepInstanceOptions,
  type StepTargets,
} from "../data/step_instances.ts";
import { InputError, refusedAt } from "../errors.ts";
import { defaultParser } from "../experiment/rows.ts";
import { parseContext, parseGranularity, parseMapping, parseParser } from "./data_options.ts";
import { renderBenchmarkReport } from "./benchmark_text.ts";
import { renderDataReport } from "./data_text.ts";
import { prepareCommand, runCli } from "./main.ts";
import { openTokenizer } from "./open_tokenizer.ts";

const HELP = `
SOURCE is a file (JSON Lines, or Parquet where it ends in .parquet) or a dataset of the Hugging Face
Hub, hf:owner/name[@revision][:config][/split]. What its columns mean is declared by --mapping:

  generic          "problem" or "question"; "solution" or "steps"; also "id", "answer", "reasoning"
                   With other columns: '{"kind":"generic","question":"prompt","answer":"gold"}'
  s1k              "question", "deepseek_attempt" or "solution", "deepseek_thinking_trajectory"
  gsm8k            "question", "answer" in lines, the last "#### n"
  gsm8k-socratic   the same, each line "sub-question ** step"
  olympiadbench    "question", "solution", "final_answer", both lists
  swe-smith        "messages", "instance_id"

How a solution is cut into steps is declared by --parser (by default, as the mapping's data set is
written: plain-numbered, lines for gsm8k, socratic for gsm8k-socratic, agent for swe-smith):

  numbered         1. **Title** body        the published form: every step has a title
  plain-numbered   1. body                  the same, with a title or without
  lines            one step a line
  socratic         sub-question ** step     one a line
  agent            <function=…>…</function>, or a fenced command, without the prose before it
  sentence         one step a sentence
  PATH.ts          a module whose default export is a function: a solution in, a list of steps out

Examples:
  deno task data solutions.jsonl
  deno task data hf:owner/name@main/train
  deno task data gsm8k.jsonl --mapping gsm8k-socratic --next-title
  deno task data swe.jsonl --mapping swe-smith --context last:2 --show astropy.1#4
  deno task data solutions.jsonl --granularity tokens:200 --tokenizer checkpoints/qwen
  deno task data solutions.jsonl --json | jq .reasons
  deno task data aime.jsonl --benchmark
`;

interface Flags {
  readonly mapping: string;
  readonly parser?: string;
  readonly granularity: string;
  readonly targets?: StepTargets;
  readonly nextTitle?: boolean;
  readonly context: string;
  readonly tokenizer?: string;
  readonly show?: string;
  readonly benchmark?: boolean;
  readonly json?: boolean;
}

/** What the command line says. */
function parse(args: readonly string[]): { file: string; flags: Flags } {
  const program = prepareCommand(new Command("deno task data"))
    .description(
      "Cuts expert solutions into instances as training does, and shows what comes of them; or reads problems as a " +
        "benchmark does.",
    )
    .argument("<source>", "expert solutions: a file, or hf:owner/name")
    .option("--mapping <name>", "what the columns mean, see below", "generic")
    .option("--parser <name>", "how solutions are cut into steps, see below")
    .option(
      "--granularity <what>",
      "what one action is: step, steps:K, sentence, tokens:N, whole or answer",
      "step",
    )
    .addOption(
      new Option(
        "--targets <which>",
        "which of a solution's N actions become targets (default: 1..N-1; of one action, 1..N)",
      ).choices(STEP_TARGETS),
    )
    .option("--next-title", "give the title of the step asked for in the prompt")
    .option(
      "--context <how much>",
      "what of the solution so far prompts show: all, or last:M actions",
      "all",
    )
    .option(
      "--tokenizer <checkpoint>",
      "a policy's folder, or hf:owner/name, whose tokenizer tokens:N counts with",
    )
    .option("--show <id>", "the instance to show, or a problem for its middle one")
    .addOption(
      new Option("--benchmark", "read problems and answers alone, as a benchmark does")
        .conflicts(["granularity", "targets", "nextTitle", "context", "tokenizer"]),
    )
    .option("--json", "print the report as JSON")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  return { file: program.args[0]!, flags: program.opts<Flags & Record<string, unknown>>() };
}

/** How the instances are to be cut. */
async function instanceOptions(flags: Flags): Promise<StepInstanceOptions> {
  const granularity = parseGranularity(flags.granularity);
  const entire = granularity === "whole" || granularity === "answer";
  const choice = {
    granularity,
    targets: flags.targets ?? (entire ? "1..N" : "1..N-1"),
    nextTitle: flags.nextTitle ?? false,
    context: parseContext(flags.context),
  } as const;
  const [wrong] = contradictions(choice);
  if (wrong) throw new InputError(`--${OPTIONS[wrong.field]}: expected ${wrong.expected}`);
  if (kindOf(granularity) !== "tokens") {
    if (flags.tokenizer === undefined) return choice;
    throw new InputError("--tokenizer: expected none without --granularity tokens:N");
  }
  if (flags.tokenizer === undefined) {
    throw new InputError("--tokenizer: missing; --granularity tokens:N needs one to count with");
  }
  const where = flags.tokenizer;
  const tokenizer = await openTokenizer(where);
  const countTokens = (text: string) =>
    refusedAt(`--tokenizer ${where}`, () => tokenizer.encode(text).length);
  return { ...choice, countTokens };
}

/** Options by the fields that they set. */
const OPTIONS = { targets: "targets", nextTitle: "next-title", context: "context" } as const;

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
  const { show, json = false } = flags;
  const options = await instanceOptions(flags);
  const source = await openSource(file.startsWith("hf:") ? parseHub(file, "source") : { file });
  const reading = {
    mapping: parseMapping(flags.mapping),
    ...(flags.parser === undefined ? {} : { parser: parseParser(flags.parser) }),
  };
  if (flags.benchmark) {
    const loaded = await loadProblems(source, reading);
    const report = reportBenchmark(loaded, show);
    console.log(json ? JSON.stringify(report, null, 2) : renderBenchmarkReport(report));
    return loaded.ledger.failAbove(1);
  }
  const loaded = await loadTrajectories(source, reading);
  const parser = reading.parser ?? defaultParser(reading.mapping);
  const format = audienceOf(parser) === "agent" ? agentPrompt : numberedPrompt;
  const report = reportData(loaded, { ...options, format }, show);
  console.log(json ? JSON.stringify(report, null, 2) : renderDataReport(report));
  // After the report, which says row by row why.
  loaded.ledger.failAbove(1);
}

if (import.meta.main) await runCli(() => runData(Deno.args));
