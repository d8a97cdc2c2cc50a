/** @file `deno task experiment`: runs an experiment file and prints its comparison. */
import { Command, Option } from "commander";
import { InputError } from "../errors.ts";
import type { DeviceChoice } from "../experiment/devices.ts";
import { parseSeeds } from "../experiment/seeds.ts";
import type { ExperimentRequest } from "../runs/experiment_request.ts";
import { type ExperimentHost, runExperiment } from "../runs/run_experiment.ts";
import { parseTrack } from "../runs/tracking/parse_track.ts";
import { interruption } from "./interruption.ts";
import { prepareCommand, runCli } from "./main.ts";

const HELP = `
A finished stage is kept in .stepwise/ and reused by every later run that declares the same. A run
that was stopped or killed is gone on with by the same command: training goes on after the last
update that was saved, and comes to the same numbers, bit for bit. Ctrl-C stops after the update
that is being made, and saves. Tables, plots and raw outcomes are written to results/<experiment>/.

Examples:
  deno task experiment                          the quickstart
  deno task experiment --seeds 5                with seeds 1 to 5: runs only what is new
  deno task experiment --only base,srl --plan   what these two arms would take
  deno task experiment quick.ts --why srl/1m/2  what a run would do with this cell, and why
  deno task experiment quick.ts --diff srl/1m/2 sft/1m/2
  deno task experiment quick.ts --diff srl/1m/2 other.ts:srl/1m/2
`;

/** Where updates can be computed. */
const DEVICES: readonly DeviceChoice[] = ["cpu", "gpu", "auto"];

/** The options as commander gives them. */
interface Options {
  readonly seeds?: string;
  readonly only?: string;
  readonly jobs?: string;
  readonly threads?: string;
  readonly device?: string;
  readonly saveEvery?: string;
  readonly plan?: true;
  readonly json?: true;
  readonly emit?: string;
  readonly why?: string;
  readonly diff?: readonly string[];
  readonly track: readonly string[];
}

/** What is asked instead of a run. */
function asked({ plan, json, emit, why, diff }: Options): Pick<ExperimentRequest, "ask"> {
  const given = Object.entries({ plan, why, diff }).filter(([, value]) => value !== undefined)
    .map(([name]) => `--${name}`);
  if (given.length > 1) {
    throw new InputError(`found ${given.join(" and ")}; expected one of them`);
  }
  if (json && !plan) throw new InputError("--json: found without --plan; expected both");
  if (emit !== undefined && !plan) {
    throw new InputError("--emit: found without --plan; expected both");
  }
  if (why !== undefined) return { ask: { kind: "why", cell: why } };
  if (plan) {
    return { ask: { kind: "plan", json: json === true, ...emit === undefined ? {} : { emit } } };
  }
  if (diff === undefined) return {};
  const [left, right] = diff;
  if (left === undefined || right === undefined || diff.length > 2) {
    throw new InputError(
      `--diff: found ${diff.length} cell${diff.length === 1 ? "" : "s"}; ` +
        "expected two, and the experiment file before the option",
    );
  }
  return { ask: { kind: "diff", cells: [left, right] } };
}

/** What the command line says. */
function parse(args: readonly string[]): ExperimentRequest {
  const program = prepareCommand(new Command("deno task experiment"))
    .description("Trains and measures the arms of an experiment file, and prints the comparison.")
    .argument("[file]", "experiment file", "experiments/quickstart.ts")
    .option("--seeds <seeds>", "how many (5: the seeds 1 to 5), or which (1,2,7)")
    .option(
      "--only <arms>",
      "run these arms alone (comma-separated); the table has all finished ones",
    )
    .option(
      "--jobs <n>",
      "stages at once (default: as many as the cores have threads for, at most 4)",
    )
    .option(
      "--threads <n>",
      "threads of each stage (default: 1, best for small policies); other numbers are other stages, " +
        "because the last bits of sums differ",
    )
    .option(
      "--device <device>",
      "where updates are computed, whatever the stages say: cpu, gpu, or auto (a GPU where one can be used)",
    )
    .addOption(
      new Option(
        "--track <where>",
        "also log to tensorboard (event files in the results), or to mlflow=URL; may be repeated",
      ).argParser((value: string, before: string[]) => [...before, value]).default([], "neither"),
    )
    .option(
      "--save-every <seconds>",
      "how often a stage saves its state, to go on from after a crash; 0: after every update (default: 60, " +
        "and at most 1 % of the time)",
    )
    .option("--plan", "print the cells, the stages and an estimate; run and write nothing")
    .option("--json", "with --plan: print it as JSON")
    .option(
      "--emit <folder>",
      "with --plan: write the jobs of a distributed engine there, to be run elsewhere",
    )
    .option("--why <cell>", "print what a run would do with a cell (arm/size/seed), and why")
    .option(
      "--diff <cells...>",
      "print how two cells differ: config, data, engine, metrics; OTHER.ts:CELL is one of another file",
    )
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .parse(args, { from: "user" });
  const options = program.opts<Options>();
  const [file = "experiments/quickstart.ts"] = program.processedArgs as [string?];
  for (const name of ["jobs", "threads"] as const) {
    const text = options[name];
    if (text === undefined || /^[1-9]\d{0,2}$/.test(text)) continue;
    const found = JSON.stringify(text);
    throw new InputError(`--${name}: found ${found}; expected a whole number from 1 to 999`);
  }
  if (options.device !== undefined && !DEVICES.includes(options.device as DeviceChoice)) {
    throw new InputError(
      `--device: found ${JSON.stringify(options.device)}; expected ${DEVICES.join(" or ")}`,
    );
  }
  if (options.saveEvery !== undefined && !/^\d{1,6}$/.test(options.saveEvery)) {
    const found = JSON.stringify(options.saveEvery);
    throw new InputError(
      `--save-every: found ${found}; expected a whole number of seconds from 0 to 999999`,
    );
  }
  return {
    file,
    track: options.track.map(parseTrack),
    ...asked(options),
    command: ["deno", "task", "experiment", ...args],
    ...options.seeds === undefined ? {} : { seeds: parseSeeds(options.seeds) },
    ...options.only === undefined ? {} : { only: options.only.split(",").map((s) => s.trim()) },
    ...options.jobs === undefined ? {} : { jobs: Number(options.jobs) },
    ...options.threads === undefined ? {} : { threads: Number(options.threads) },
    ...options.device === undefined ? {} : { device: options.device as DeviceChoice },
    ...options.saveEvery === undefined ? {} : { saveEvery: Number(options.saveEvery) },
  };
}

/**
 * The command: parses its arguments, runs, and ends the process.
 *
 * @param args What follows the command's name.
 * @param stageCommand Program and arguments of a stage's process.
 */
export async function experimentCommand(
  args: readonly string[],
  stageCommand: readonly string[],
): Promise<void> {
  const request = parse(args);
  const terminal = Deno.stdout.isTerminal();
  const encoder = new TextEncoder();
  const host: ExperimentHost = {
    root: ".stepwise",
    results: "results",
    stageCommand,
    // A terminal that does not know its width says 0.
    columns: terminal ? Deno.consoleSize().columns || 80 : null,
    signal: interruption({
      listen: Deno.addSignalListener,
      now: () => performance.now(),
      exit: Deno.exit,
    }),
    writeResults: async (...collected) => {
      // Tables and plots take a second to load, which the first line of output does not wait for.
      const { writeExperiment } = await import("../runs/write_experiment.ts");
      return await writeExperiment(...collected);
    },
    write: (text) => {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    },
  };
  Deno.exit(await runExperiment(request, host));
}

if (import.meta.main) {
  const stage = [Deno.execPath(), "run", "-A", "-q", import.meta.resolve("./stage.ts"), "--tied"];
  await runCli(() => experimentCommand(Deno.args, stage));
}
