/** @file `deno task eval`: measures a checkpoint or a served model on named benchmarks, beside the published scores. */
import { Command } from "commander";
import { type DecodingPass, evaluateBenchmark } from "../benchmarks/evaluate_benchmark.ts";
import type { EvaluatedSample } from "../benchmarks/evaluate_benchmark.ts";
import { type LoadedBenchmark, loadNamedBenchmark } from "../benchmarks/load_named_benchmark.ts";
import { NAMED_BENCHMARKS } from "../benchmarks/named_benchmarks.ts";
import { paperTable } from "../benchmarks/paper_table.ts";
import { renderEvaluation, renderEvaluationMarkdown } from "../benchmarks/render_evaluation.ts";
import { type SampleSummary, summariseSamples } from "../benchmarks/summarise_samples.ts";
import type { PromptFiles } from "../data/prompts/prompts.ts";
import { InputError } from "../errors.ts";
import { hashCanonical } from "../experiment/hash_canonical.ts";
import { fileReason } from "../file_reason.ts";
import { Journal } from "../inference/journal.ts";
import { AnswerVerifier } from "../rewards/answer_verifier.ts";
import type { Outcome } from "../results/outcome.ts";
import { safeLine } from "../results/glyphs.ts";
import { writeFiles } from "../results/write_files.ts";
import { sourceLine } from "../results/table_caption.ts";
import { runProvenance } from "../runs/provenance.ts";
import { JsonLines } from "../trainers/embedded/json_lines.ts";
import { type ModelFlags, openModel } from "./eval_model.ts";
import {
  type ChosenBenchmark,
  parseBenchmarks,
  parseKs,
  parsePositive,
  parseWhole,
} from "./eval_options.ts";
import { EvalProgress } from "./eval_progress.ts";
import { prepareCommand, runCli } from "./main.ts";

const SETS = Object.entries(NAMED_BENCHMARKS).map(([name, { hub, rows }]) =>
  `  ${name.padEnd(15)}${String(rows[0]).padStart(5)} problems   ${hub}`
).join("\n");

const HELP = `
Benchmarks, each at a pinned commit of its dataset on the Hugging Face Hub; NAME=FILE reads its rows
from a file instead (JSON Lines, or Parquet where it ends in .parquet):

${SETS}

DIR gets every sample (outcomes.jsonl), the tables (table.md), scores and provenance
(evaluation.json), and the journal of answers (answers.jsonl): a run that was cut off asks only for
what the journal lacks. Remove it when another model is served under the same name.

Examples:
  deno task eval --model checkpoints/srl --benchmark aime24,amc23 --samples 32
  deno task eval --model hf:Qwen/Qwen2.5-0.5B-Instruct --benchmark math500 --samples 4
  deno task eval --model http://localhost:8000/v1 --benchmark amc23,aime24,aime25,minerva
  deno task eval --model checkpoints/srl --benchmark aime24=aime24.jsonl --samples 0
`;

/** The options as commander reads them. */
interface Flags extends ModelFlags {
  readonly benchmark: string;
  readonly samples: string;
  readonly temperature: string;
  readonly greedy: boolean;
  readonly k?: string;
  readonly maxTokens?: string;
  readonly seed: string;
  readonly name?: string;
  readonly threads: string;
  readonly system?: string;
  readonly question?: string;
  readonly out?: string;
}

/** What the command line says. */
function parse(args: readonly string[]): Flags {
  const cores = String(navigator.hardwareConcurrency);
  const program = prepareCommand(new Command("deno task eval"))
    .description(
      "Measures a model on benchmarks: greedy, and the average of samples at a temperature. Prints the scores in " +
        "the layout of the SRL paper, with its published rows beside them.",
    )
    .requiredOption(
      "--model <checkpoint or url>",
      "checkpoint folder, hf:owner/name[@revision], or http(s)://…/v1",
    )
    .requiredOption("--benchmark <names>", "names with commas between, see below")
    .option("--samples <n>", "samples of each problem; 0 for none", "32")
    .option("--temperature <t>", "temperature of the samples", "1")
    .option("--no-greedy", "leave out the most likely completion")
    .option("--k <list>", "for which k pass@k and majority@k are told (default: --samples)")
    .option("--max-tokens <n>", "most tokens of a completion (default: what the context has left)")
    .option("--seed <n>", "seed of the samples", "0")
    .option("--name <name>", "what the tables call the model (default: its own)")
    .option("--served <name>", "model at the URL (default: the only one that it has)")
    .option("--key-variable <name>", "environment variable with the key of the URL")
    .option(
      "--concurrency <n>",
      "completions at once (default: 8 at a URL, which should be what it decodes at once; of a " +
        "checkpoint, as many as have room in 2 GiB of keys and values)",
    )
    .option("--patience <s>", "seconds to wait for each next token of the URL", "300")
    .option("--threads <n>", "threads for a checkpoint, and for judging", cores)
    .option("--system <file>", "what is said before each problem (default: docs/prompts.md)")
    .option("--question <file>", "template of the question, with {{problem}}")
    .option("--out <dir>", "folder of the results (default: results/eval/<name>)")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  return program.opts<Flags & Record<string, unknown>>();
}

/** What is run, read from the flags. */
interface Evaluation {
  readonly chosen: readonly ChosenBenchmark[];
  readonly passes: readonly DecodingPass[];
  readonly ks: readonly number[];
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number | null;
  readonly threads: number;
}

function evaluationOf(flags: Flags): Evaluation {
  const samples = parseWhole("samples", flags.samples, 0);
  if (samples === 0 && !flags.greedy) {
    throw new InputError(
      "--samples: found 0 with --no-greedy; expected either, or nothing is measured",
    );
  }
  if (samples > 1000) {
    throw new InputError(`--samples: found ${samples}; expected at most 1000`);
  }
  const temperature = parsePositive("temperature", flags.temperature, 10);
  return {
    chosen: parseBenchmarks(flags.benchmark),
    passes: [
      ...flags.greedy ? [{ decoding: "greedy", samples: 1, temperature: 0 } as const] : [],
      ...samples > 0 ? [{ decoding: "sampled", samples, temperature } as const] : [],
    ],
    ks: parseKs(flags.k, samples),
    temperature,
    seed: parseWhole("seed", flags.seed, 0),
    maxTokens: flags.maxTokens === undefined ? null : parseWhole("max-tokens", flags.maxTokens, 1),
    threads: parseWhole("threads", flags.threads, 1),
  };
}

/**
 * Runs the command.
 *
 * @param args What stands after the command's name.
 * @returns What it prints.
 * @throws {InputError} for what the user can mend; what was answered until then is in the journal.
 */
export async function runEval(args: readonly string[]): Promise<string> {
  const flags = parse(args);
  const evaluation = evaluationOf(flags);
  const { passes, ks, threads, seed, maxTokens, temperature } = evaluation;
  const prompts = {
    ...flags.system === undefined ? {} : { system: flags.system },
    ...flags.question === undefined ? {} : { question: flags.question },
  };
  const benchmarks = new Map<string, LoadedBenchmark>();
  for (const { name, file } of evaluation.chosen) {
    benchmarks.set(name, await load(name, file, prompts));
  }
  const problems = [...benchmarks.values()].reduce((sum, { tasks }) => sum + tasks.length, 0);
  const progress = new EvalProgress({
    total: problems * passes.reduce((sum, { samples }) => sum + samples, 0),
    live: Deno.stderr.isTerminal(),
    write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
    now: () => performance.now(),
  });
  using model = await openModel(flags, threads, (why) => progress.retried(safeLine(why)));
  const name = flags.name ?? model.name;
  const dir = flags.out ?? `results/eval/${folderOf(name)}`;
  try {
    await Deno.mkdir(dir, { recursive: true });
  } catch (error) {
    throw new InputError(`--out: cannot make ${dir}: ${fileReason(error)}`);
  }
  using journal = await Journal.open(`${dir}/answers.jsonl`);
  const rows: EvaluatedSample[] = [];
  const provenance = await runProvenance(["deno", "task", "eval", ...args]);
  const summaries: SampleSummary[] = [];
  const timer = setInterval(() => progress.beat(), 1000);
  try {
    for (const [benchmark, loaded] of benchmarks) {
      using verifier = await AnswerVerifier.start(loaded.format.verifier, { workers: threads });
      for (const pass of passes) {
        progress.pass(`${benchmark} ${pass.decoding}`);
        const samples = await evaluateBenchmark(model.inference, loaded, pass, {
          name: benchmark,
          seed,
          maxTokens,
          journal,
          verifier,
          report: (state) => progress.answered(state),
        });
        rows.push(...samples);
        const wanted = pass.decoding === "greedy" ? [] : ks;
        summaries.push(await summariseSamples(samples, wanted, verifier));
      }
    }
  } finally {
    clearInterval(timer);
    progress.close();
  }
  const text = {
    paper: paperTable({ name, summaries, temperature }),
    summaries,
    notes: [...model.notes, sourceLine(provenance)],
  };
  const sources = [...benchmarks].map(([name, { source, tasks }]) => [name, {
    source,
    problems: tasks.length,
    hash: hashCanonical(tasks.map(({ id, problem, answer }) => [id, problem, answer])),
  }]);
  const summary = {
    model: model.where,
    name,
    identity: model.inference.identity,
    benchmarks: Object.fromEntries(sources),
    passes,
    seed,
    maxTokens,
    prompts,
    summaries,
    provenance,
  };
  await writeOutcomes(
    `${dir}/outcomes.jsonl`,
    rows.map((row) => ({ arm: name, size: "", seed, ...row })),
  );
  await writeFiles(dir, {
    "table.md": renderEvaluationMarkdown(name, text),
    "evaluation.json": `${JSON.stringify(summary, null, 2)}\n`,
  });
  return `${renderEvaluation(text)}\n\nEvery sample: ${dir}/outcomes.jsonl`;
}

/** A folder's name: a model may be called anything by its server. */
function folderOf(name: string): string {
  return name.replace(/[^\w.-]+/g, "-").replace(/^\.+/, "") || "model";
}

/** Reads a benchmark; where the Hub does not give it, says what else there is. */
async function load(
  name: string,
  file: string | undefined,
  prompts: PromptFiles,
): Promise<LoadedBenchmark> {
  try {
    return await loadNamedBenchmark(name, { file, prompts });
  } catch (error) {
    if (!(error instanceof InputError) || !error.message.startsWith(`benchmark ${name}.hub`)) {
      throw error;
    }
    throw new InputError(`${error.message}; --benchmark ${name}=FILE reads its rows from a file`);
  }
}

/** Writes outcomes whole or not at all. In parts: together their texts may be longer than a string can be. */
async function writeOutcomes(path: string, rows: readonly Outcome[]): Promise<void> {
  const temporary = `${path}.${Deno.pid}.tmp`;
  {
    using lines = new JsonLines(temporary);
    for (let at = 0; at < rows.length; at += 256) lines.write(...rows.slice(at, at + 256));
  }
  await Deno.rename(temporary, path);
}

if (import.meta.main) await runCli(async () => console.log(await runEval(Deno.args)));
