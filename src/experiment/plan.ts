/** @file What an experiment comes down to: cells, and the stages that they share. */
import { audienceOf, BUILT_IN_TEXTS, PROMPT_NAMES } from "../data/prompts/prompts.ts";
import { openSource, pinSource } from "../data/sources/open_source.ts";
import type { Trajectory } from "../data/trajectory.ts";
import { loadSolutions, notAsked } from "../domains/load_solutions.ts";
import { InputError } from "../errors.ts";
import { hashFile } from "../hash_file.ts";
import { checkpointFolder, pinCheckpoint } from "../policy/hub_checkpoint.ts";
import { inputsOf } from "../rewards/inputs.ts";
import { hashCheckpoint, hashEncoder } from "./contents.ts";
import type { ResolvedData, ResolvedRows } from "./data.ts";
import type { ResolvedBenchmark } from "./evaluation.ts";
import type { Adapter } from "../engine/adapter.ts";
import { type DeviceChoice, settleDevices } from "./devices.ts";
import { hashCanonical } from "./hash_canonical.ts";
import { REWRITTEN, stageId } from "./identity.ts";
import { nearest } from "./nearest.ts";
import { pathOf } from "./problems.ts";
import type { ResolvedPolicy } from "./policy.ts";
import type { ResolvedPrompts } from "./prompts.ts";
import type { ResolvedExperiment } from "./schema.ts";
import { sourceKey, sourceOf } from "./source_of.ts";
import type { StagePolicy, StageSpec } from "./specs.ts";
import type { ResolvedStage } from "./stages.ts";
import { TRL_JOB_VERSION } from "./trl_packages.ts";
import { VERL_JOB_VERSION } from "./verl_packages.ts";
import { DATA_VERSIONS, ENGINE_VERSION } from "./versions.ts";

/** Versions of what stages become on distributed engines. */
const JOB_VERSIONS = { trl: TRL_JOB_VERSION, verl: VERL_JOB_VERSION };

/** One stage to be done once, whichever cells need it. */
export interface PlannedStage {
  /** Hash of its meaning; names its folder. */
  readonly id: string;
  /** What it is told. */
  readonly spec: StageSpec;
  /** Id of the stage whose checkpoint it starts from; null where it starts from the declared policy. */
  readonly parent: string | null;
  /** What it is, for people: `srl → rlvr, 1m, seed 2`; with the arm, `srl (long), 1m, seed 2`, where several would be called so. */
  readonly label: string;
  /** Policy size. */
  readonly size: string;
}

/** One arm at one size with one seed. */
export interface Cell {
  /** Arm. */
  readonly arm: string;
  /** Policy size. */
  readonly size: string;
  /** Seed. */
  readonly seed: number;
  /** Ids of its training stages, in order; none for an empty chain. */
  readonly training: readonly string[];
  /** Id of its evaluation. */
  readonly evaluation: string;
}

/** Every cell of an experiment, and every stage once. */
export interface Plan {
  /**
   * The experiment with the seeds that were planned, commits for the revisions of its Hub datasets and models, and for `device: "auto"`
   * what it came to.
   */
  readonly experiment: ResolvedExperiment;
  /** Every stage once, each after the stage that it starts from. */
  readonly stages: readonly PlannedStage[];
  /** Arms × sizes × seeds, in this order. */
  readonly cells: readonly Cell[];
  /** Which GPU is used, or what `auto` came to; null where no stage asks for one. */
  readonly device: string | null;
  /** What its driver offers; null where no stage uses one, or none is offered. */
  readonly adapter: Adapter | null;
}

/** How a plan differs from the experiment as declared. */
export interface PlanOptions {
  /** Seeds instead of the declared ones. */
  readonly seeds?: readonly number[];
  /**
   * Whether a teacher is asked for what is not kept yet. Default true; false plans without what is not known, and sends and writes
   * nothing.
   */
  readonly asks?: boolean;
  /** Threads of each stage. Default 1: small models run faster as two 1-thread processes than as one 2-thread process. */
  readonly threads?: number;
  /** Where updates are computed, instead of what the stages say. */
  readonly device?: DeviceChoice;
  /** Versions instead of this program's. */
  readonly versions?: {
    /** Instead of `ENGINE_VERSION`. */
    readonly engine: string;
    /** Instead of `DATA_VERSIONS`. */
    readonly data: Readonly<Record<"relay" | "file", string>>;
  };
}

/** An experiment whose inputs cannot change their meaning any more, and their hashes. */
interface Inputs {
  readonly experiment: ResolvedExperiment;
  readonly hashes: ReadonlyMap<string, string>;
}

/** Puts a commit in the place of every branch of the Hub. */
async function pinInputs(experiment: ResolvedExperiment): Promise<ResolvedExperiment> {
  const { data, evaluation } = experiment;
  const policies: [string, ResolvedPolicy][] = [];
  for (const [size, policy] of Object.entries(experiment.policy)) {
    if ("init" in policy) policies.push([size, policy]);
    else {
      const checkpoint = await pinCheckpoint(policy.checkpoint, pathOf(["policy", size]));
      policies.push([size, { checkpoint }]);
    }
  }
  const pinned: [string, ResolvedBenchmark][] = [];
  for (const [name, set] of Object.entries(evaluation.benchmarks)) {
    const field = pathOf(["evaluation", "benchmarks", name]);
    pinned.push([name, set.domain === "relay" ? set : await pinSource(set, field)]);
  }
  return {
    ...experiment,
    policy: Object.fromEntries(policies),
    data: data.domain === "relay" ? data : await pinSource(data, "data"),
    evaluation: { ...evaluation, benchmarks: Object.fromEntries(pinned) },
  };
}

/** Pins and hashes every input once; throws for the first that cannot be read. */
async function readInputs(declared: ResolvedExperiment, asks: boolean): Promise<Inputs> {
  const experiment = await pinInputs(declared);
  const hashes = new Map<string, string>();
  /** Several sets and arms may name the same input. */
  const add = async (key: string, hash: () => Promise<string>) => {
    if (!hashes.has(key)) hashes.set(key, await hash());
  };
  for (const [size, policy] of Object.entries(experiment.policy)) {
    if (!("checkpoint" in policy)) continue;
    const what = pathOf(["policy", size]);
    await add(
      policy.checkpoint,
      async () => await hashCheckpoint(await checkpointFolder(policy.checkpoint, what), what),
    );
  }
  const hash = async (source: ResolvedRows, field: string) => {
    for (const path of parserModules(source)) {
      await add(path, () => hashFile(path, `${field}.parser.module`));
    }
    const key = sourceKey(source);
    await add(key, async () => await (await openSource(sourceOf(source), field)).contentHash());
    return hashes.get(key);
  };
  const { data, evaluation, prompts } = experiment;
  for (const [name, file] of templateFiles(prompts)) {
    await add(file, () => hashFile(file, pathOf(["prompts", name])));
  }
  for (const [arm, chain] of Object.entries(experiment.arms)) {
    for (const [i, stage] of chain.entries()) {
      for (const { path, holds, at } of rewardInputs(stage)) {
        const what = pathOf(["arms", arm, i, "reward", ...at]);
        await add(path, () => (holds === "module" ? hashFile : hashEncoder)(path, what));
      }
    }
  }
  const trained = data.domain === "relay" ? null : await hash(data, "data");
  if (data.domain !== "relay" && data.teacher !== null) {
    const { trajectories, ledger } = await loadSolutions(data, { asks });
    hashes.set(REWRITTEN, hashRewritten(trajectories, notAsked(ledger)));
  }
  for (const [name, set] of Object.entries(evaluation.benchmarks)) {
    if (set.domain === "relay") continue;
    const field = pathOf(["evaluation", "benchmarks", name]);
    if (await hash(set, field) !== trained) continue;
    throw new InputError(
      `${field}.${set.domain}: found the same content as the training data's; ` +
        "expected problems that are not trained on",
    );
  }
  return { experiment, hashes };
}

/** The steps that a teacher wrote, as one hash. With some that it is still to write, it is that of no run. */
function hashRewritten(trajectories: readonly Trajectory[], open: number): string {
  const steps = trajectories.flatMap(({ id, steps, rewritten }) =>
    rewritten ? [{ id, steps }] : []
  );
  return hashCanonical(open === 0 ? steps : { steps, open });
}

/** Which version a set of problems has: that of its generator, or of the reader of rows. */
function versionOf({ domain }: ResolvedData | ResolvedBenchmark): "relay" | "file" {
  return domain === "relay" ? "relay" : "file";
}

/** The files that a stage's reward reads. */
function rewardInputs(stage: ResolvedStage) {
  return stage.kind === "sft" ? [] : inputsOf(stage.reward);
}

/** The module of a user's parser, where rows have one. */
function parserModules(set: ResolvedData | ResolvedRows | ResolvedBenchmark): string[] {
  return set.domain !== "relay" && typeof set.parser === "object" ? [set.parser.module] : [];
}

/** The built-in templates that some sets are asked with: benchmarks with those for a writer, whatever their rows. */
function builtInTexts(sets: readonly (ResolvedData | ResolvedBenchmark)[]) {
  const parsers = sets.flatMap((set) => "maxDropped" in set ? [set.parser] : []);
  return BUILT_IN_TEXTS[parsers.length === 0 ? "writer" : audienceOf(parsers[0]!)];
}

/**
 * The files of an experiment that are run as code: modules of rewards and of parsers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { relay } from "./data.ts";
 * import { experiment } from "./experiment.ts";
 * import { srl } from "./srl.ts";
 *
 * const resolved = experiment({
 *   name: "own",
 *   question: "Does a reward of our own help?",
 *   policy: { base: "checkpoints/small" },
 *   data: relay({ tier: "easy" }),
 *   arms: { srl: [srl({ learningRate: 1e-4, updates: 1, reward: { kind: "module", file: "own.ts" } })] },
 *   evaluation: { benchmarks: { easy: relay({ tier: "easy" }) } },
 * });
 * assertEquals(modulesOf(resolved), ["own.ts"]);
 * ```
 */
export function modulesOf({ arms, data, evaluation }: ResolvedExperiment): string[] {
  const rewards = Object.values(arms).flat().flatMap(rewardInputs)
    .filter(({ holds }) => holds === "module").map(({ path }) => path);
  const sets = [data, ...Object.values(evaluation.benchmarks)];
  return [...new Set([...rewards, ...sets.flatMap(parserModules)])];
}

/** The templates that have a file. */
function templateFiles(prompts: ResolvedPrompts): [string, string][] {
  return PROMPT_NAMES.flatMap((name) => {
    const file = prompts[name];
    return file === undefined ? [] : [[name, file] as [string, string]];
  });
}

/** The entries of a record that some names ask for. */
function pick<T>(
  all: Iterable<readonly [string, T]>,
  names: ReadonlySet<string>,
): Record<string, T> {
  return Object.fromEntries([...all].filter(([name]) => names.has(name)));
}

/**
 * Plans an experiment: resolves revisions on the Hub, reads and hashes its inputs, and gives every stage its id. Writes nothing
 * but the caches of what it downloads and of what a teacher answers.
 *
 * @throws {InputError} For inputs that cannot be read.
 */
export async function planExperiment(
  declared: ResolvedExperiment,
  options: PlanOptions = {},
): Promise<Plan> {
  const settled = await settleDevices(declared, options.device);
  const { experiment, hashes } = await readInputs(settled.experiment, options.asks ?? true);
  const { engine, data: dataVersions } = options.versions ??
    { engine: ENGINE_VERSION, data: DATA_VERSIONS };
  const seeds = options.seeds ?? experiment.seeds;
  const stages = new Map<string, Unnamed>();

  /** What a stage is told besides its own declaration. */
  const shared = (
    policy: StagePolicy,
    seed: number,
    sets: readonly (ResolvedData | ResolvedBenchmark)[],
    more: readonly string[],
  ) => {
    const asked = sets.some(({ domain }) => domain !== "relay");
    const { prompts } = experiment;
    const used = [
      ...more,
      ...sets.flatMap((set) => set.domain === "relay" ? [] : [sourceKey(set)]),
      ...sets.flatMap(parserModules),
      ...asked ? templateFiles(prompts).map(([, file]) => file) : [],
    ];
    if ("checkpoint" in policy) used.push(policy.checkpoint);
    if (sets.some((set) => "teacher" in set && set.teacher !== null)) used.push(REWRITTEN);
    return {
      policy,
      prompts: asked ? prompts : { chat: prompts.chat },
      seed,
      threads: options.threads ?? 1,
      engine,
      versions: {
        ...pick(Object.entries(dataVersions), new Set(sets.map(versionOf))),
        ...asked ? { prompts: hashCanonical(builtInTexts(sets)) } : {},
      },
      contents: pick(hashes, new Set(used)),
    };
  };
  /** Adds a stage, unless it is there; `what` it is, of the first arm that has it. */
  const add = (spec: StageSpec, what: string, arm: string, size: string): string => {
    const id = stageId(spec);
    const parent = "stage" in spec.policy ? spec.policy.stage : null;
    if (!stages.has(id)) stages.set(id, { id, spec, parent, what, arm, size });
    return id;
  };

  const cells: Cell[] = [];
  for (const [arm, chain] of Object.entries(experiment.arms)) {
    for (const [size, start] of Object.entries(experiment.policy)) {
      for (const seed of seeds) {
        let policy: StagePolicy = start;
        const training: string[] = [];
        for (const [i, stage] of chain.entries()) {
          const { data } = experiment;
          const name = chain.slice(0, i + 1).map(({ kind }) => kind).join(" → ");
          const files = rewardInputs(stage).map(({ path }) => path);
          const inputs = shared(policy, seed, [data], files);
          const { engine: trainer } = experiment;
          const spec: StageSpec = trainer
            ? {
              ...{ kind: "train", stage, data, trainer },
              ...inputs,
              versions: { ...inputs.versions, [`${trainer.kind} job`]: JOB_VERSIONS[trainer.kind] },
            }
            : { kind: "train", stage, data, ...inputs };
          const id = add(spec, name, arm, size);
          training.push(id);
          policy = { stage: id };
        }
        const { evaluation } = experiment;
        const sets = Object.values(evaluation.benchmarks);
        const spec: StageSpec = { kind: "evaluate", evaluation, ...shared(policy, seed, sets, []) };
        const evaluated = add(spec, `evaluate ${arm}`, arm, size);
        cells.push({ arm, size, seed, training, evaluation: evaluated });
      }
    }
  }
  return {
    experiment: { ...experiment, seeds },
    stages: named([...stages.values()]),
    cells,
    device: settled.note,
    adapter: settled.adapter,
  };
}

/** A stage before it has its name. */
interface Unnamed extends Omit<PlannedStage, "label"> {
  /** What it does. */
  readonly what: string;
  /** The first arm that has it. */
  readonly arm: string;
}

/** Names stages by what they do; where several do the same, by the arm, too. */
function named(stages: readonly Unnamed[]): PlannedStage[] {
  const label = (what: string, { size, spec: { seed } }: Unnamed) =>
    `${what}, ${size}, seed ${seed}`;
  const counts = new Map<string, number>();
  for (const stage of stages) {
    const plain = label(stage.what, stage);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return stages.map((stage) => {
    const { what, arm, ...rest } = stage;
    const plain = label(what, stage);
    const one = counts.get(plain) === 1;
    return { ...rest, label: one ? plain : label(`${what} (${arm})`, stage) };
  });
}

/**
 * The stages that some arms need, in the plan's order.
 *
 * @throws {InputError} For an arm that the experiment does not have, with the nearest that it has.
 */
export function stagesOf(plan: Plan, arms: readonly string[]): PlannedStage[] {
  const names = Object.keys(plan.experiment.arms);
  for (const arm of arms) {
    if (names.includes(arm)) continue;
    const near = nearest(arm, names);
    const advice = near ? `did you mean "${near}"?` : `its arms: ${names.join(", ")}`;
    throw new InputError(
      `arm "${arm}": not in the experiment "${plan.experiment.name}"; ${advice}`,
    );
  }
  const wanted = new Set(
    plan.cells.filter(({ arm }) => arms.includes(arm))
      .flatMap(({ training, evaluation }) => [...training, evaluation]),
  );
  return plan.stages.filter(({ id }) => wanted.has(id));
}
