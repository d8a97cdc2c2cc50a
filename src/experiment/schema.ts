/** @file The whole experiment as a schema, and the rules between its parts. */
import { z } from "zod";
import { canonical } from "./canonical.ts";
import { type DataDeclaration, dataSchema, type ResolvedData, seed } from "./data.ts";
import {
  benchmarkSchema,
  type EvaluationDeclaration,
  evaluationSchema,
  type ResolvedBenchmark,
  type ResolvedEvaluation,
} from "./evaluation.ts";
import { type EngineDeclaration, engineSchema, type ResolvedEngine } from "./engine.ts";
import { PROMPT_NAMES } from "../data/prompts/prompts.ts";
import { type PolicyDeclaration, policySchema, type ResolvedPolicy } from "./policy.ts";
import { describe, label, number, pathOf, strict } from "./problems.ts";
import { givesReasoning } from "./rows.ts";
import { sourceOf } from "./source_of.ts";
import { type PromptsDeclaration, promptsSchema, type ResolvedPrompts } from "./prompts.ts";
import { unfitForGpu } from "./gpu_rules.ts";
import { unfitForJobs } from "./job_rules.ts";
import { type ResolvedStage, type StageDeclaration, stageSchema } from "./stages.ts";
import { unfitForTrl } from "./trl_rules.ts";
import { unfitForVerl } from "./verl_rules.ts";

/** What `experiment()` understands. */
export interface ExperimentDeclaration {
  /** Names the folder of its results: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** What it is to find out; heads the tables. */
  readonly question: string;
  /** The policies to start from, by size; or one checkpoint, whose size is then called as its folder or model is. */
  readonly policy: Readonly<Record<string, PolicyDeclaration>> | string;
  /** What the arms are trained on. */
  readonly data: DataDeclaration;
  /** Chains of stages by name; an empty chain measures the policy as it is. */
  readonly arms: Readonly<Record<string, readonly StageDeclaration[]>>;
  /** Seeds of the runs; every arm is run with each. Default: 1. */
  readonly seeds?: readonly number[];
  /** How the policies are measured. */
  readonly evaluation: EvaluationDeclaration;
  /** How problems from files are put to the policies. Default: the built-in templates. */
  readonly prompts?: PromptsDeclaration;
  /** What trains the stages: the embedded engine (the default), `trl({…})` or `verl({…})`. Evaluation is always the embedded policy's. */
  readonly engine?: EngineDeclaration;
  /**
   * What a reader of the plan should know, a line each, e.g. which settings are a choice of one's own because a paper does not say.
   * Changes no result.
   */
  readonly remarks?: readonly string[];
  /**
   * GiB of memory that the run may use: one that is estimated to need more is refused before anything runs. Changes no result.
   * Default: what the system says is available.
   */
  readonly memory?: number;
}

/** An experiment with every default filled. Plain JSON. */
export interface ResolvedExperiment {
  /** Names the folder of its results. */
  readonly name: string;
  /** What it is to find out. */
  readonly question: string;
  /** The policies to start from, by size. */
  readonly policy: Readonly<Record<string, ResolvedPolicy>>;
  /** What the arms are trained on. */
  readonly data: ResolvedData;
  /** Chains of stages by name. */
  readonly arms: Readonly<Record<string, readonly ResolvedStage[]>>;
  /** Seeds of the runs, ascending. */
  readonly seeds: readonly number[];
  /** How the policies are measured. */
  readonly evaluation: ResolvedEvaluation;
  /** How problems from files are put to the policies. */
  readonly prompts: ResolvedPrompts;
  /** What trains the stages; undefined for the embedded engine. */
  readonly engine?: ResolvedEngine | undefined;
  /** What a reader of the plan should know. */
  readonly remarks: readonly string[];
  /** GiB of memory that the run may use; undefined for what the system says. */
  readonly memory?: number | undefined;
}

const chain = z.array(stageSchema, {
  error: "expected a list of stages, [] for the policy as it is",
});

const seeds = z.array(seed, { error: "expected a list of seeds" })
  .min(1, { error: "expected at least one seed" })
  .refine((list) => new Set(list).size === list.length, { error: "expected each seed once" })
  .transform((list) => list.toSorted((a, b) => a - b));

/**
 * Checks and completes an experiment, but for the rules between its parts.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const experimentSchema: z.ZodType<ResolvedExperiment> = strict("an object", {
  name: z.string({ error: "expected a name" }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, {
    error: "expected letters, digits, `.`, `_` and `-`: it names a folder",
  }),
  question: z.string({ error: "expected a sentence" }).min(1, { error: "expected a sentence" }),
  policy: z.record(label, policySchema, {
    error: "expected a checkpoint, or an object of policies by size",
  })
    .refine((sizes) => Object.keys(sizes).length > 0, { error: "expected at least one policy" }),
  data: dataSchema,
  arms: z.record(label, chain, { error: "expected an object of stage lists by name" })
    .refine((arms) => Object.keys(arms).length > 0, { error: "expected at least one arm" }),
  seeds: seeds.default([1]),
  evaluation: evaluationSchema,
  prompts: promptsSchema.prefault({}),
  engine: engineSchema.optional(),
  remarks: z.array(
    z.string({ error: "expected a sentence" }).min(1, { error: "expected a sentence" }),
    {
      error: "expected a list of sentences",
    },
  ).default([]),
  memory: number("a number of GiB above 0", { above: 0 }).optional(),
});

/** Arms that are the same chain: their difference could only be noise that looks like a finding. */
function* equalArms(byName: Readonly<Record<string, readonly ResolvedStage[]>>): Generator<string> {
  const seen = new Map<string, string>();
  for (const [name, chain] of Object.entries(byName)) {
    const key = canonical(chain);
    const first = seen.get(key);
    if (first !== undefined) {
      yield `${pathOf(["arms", name])}: found the same chain as ${pathOf(["arms", first])}; ` +
        "expected arms that differ";
    } else seen.set(key, name);
  }
}

/** Arms that would measure a policy of random weights. */
function* untrained(
  byName: Readonly<Record<string, readonly ResolvedStage[]>>,
  policies: Readonly<Record<string, ResolvedPolicy>>,
): Generator<string> {
  const size = Object.keys(policies).find((name) => "init" in policies[name]!);
  if (size === undefined) return;
  for (const [name, chain] of Object.entries(byName)) {
    if (chain.length > 0) continue;
    yield `${pathOf(["arms", name])}: found [] with ${pathOf(["policy", size])} to initialise; ` +
      "expected a stage, or a checkpoint: random weights are not worth measuring";
  }
}

/** Adapters of random weights, which nobody could apply anywhere: the weights are not kept. */
function* unfounded(
  byName: Readonly<Record<string, readonly ResolvedStage[]>>,
  policies: Readonly<Record<string, ResolvedPolicy>>,
): Generator<string> {
  const size = Object.keys(policies).find((name) => "init" in policies[name]!);
  if (size === undefined) return;
  for (const [name, [first]] of Object.entries(byName)) {
    if (!first?.lora) continue;
    yield `${pathOf(["arms", name, 0, "lora"])}: found an adapter with ${
      pathOf(["policy", size])
    } to initialise; expected a checkpoint, or a first stage without one: random weights are not worth adapting`;
  }
}

/** Stages that the data cannot feed. */
function* unfed(
  byName: Readonly<Record<string, readonly ResolvedStage[]>>,
  data: ResolvedData,
): Generator<string> {
  const endless = data.domain === "relay" && data.train === null;
  const mixture = data.domain === "relay" && data.tier === "base";
  if (mixture && !endless) {
    yield `data.train: found ${data.train} on tier "base"; expected none: the mixture is endless`;
  }
  for (const [name, chain] of Object.entries(byName)) {
    for (const [i, stage] of chain.entries()) {
      const at = (key: string) => pathOf(["arms", name, i, key]);
      if (mixture && stage.kind !== "sft") {
        yield `${at("kind")}: found "${stage.kind}" on tier "base"; expected "sft": ` +
          "the mixture has demonstrations, and no problems to practise on";
      }
      if (stage.kind !== "sft") continue;
      if (mixture && stage.target !== "solution") {
        yield `${at("target")}: found "${stage.target}" on tier "base"; expected "solution": ` +
          "the mixture has thought-out solutions only";
      }
      if (endless && stage.epochs !== null) {
        yield `${at("epochs")}: found ${stage.epochs} on endless data; ` +
          "expected updates instead, or data.train";
      }
      if (data.validation === 0 && stage.learningRate.length > 1) {
        yield `${at("learningRate")}: found ${stage.learningRate.length} rates with ` +
          "data.validation 0; expected one rate, or problems to choose the best by";
      }
      if (data.domain !== "relay" && stage.target === "solution") {
        yield `${at("target")}: found "solution" with data of rows; expected "outline": ` +
          "rows have no thought-out solutions";
      }
      if (
        stage.target === "reasoning" && data.domain !== "relay" && !givesReasoning(data.mapping)
      ) {
        const mapping = JSON.stringify(data.mapping);
        yield `${at("target")}: found "reasoning" with mapping ${mapping}; expected "outline": ` +
          "there are no traces of reasoning";
      }
    }
  }
}

/** Benchmarks that hold training problems. */
function* leaks(
  benchmarks: Readonly<Record<string, ResolvedBenchmark>>,
  data: ResolvedData,
): Generator<string> {
  for (const [name, set] of Object.entries(benchmarks)) {
    const at = (key: string) => pathOf(["evaluation", "benchmarks", name, key]);
    if (
      set.domain !== "relay" && data.domain !== "relay" &&
      canonical(sourceOf(set)) === canonical(sourceOf(data))
    ) {
      yield `${at(set.domain)}: found the training data's ${
        set.domain === "hub" ? "split" : set.domain
      }; expected problems that are not trained on`;
    }
    if (
      set.domain === "relay" && data.domain === "relay" && set.tier === data.tier &&
      set.seed === data.seed
    ) {
      yield `${at("seed")}: found ${set.seed}, the training data's seed on the same tier; ` +
        "expected another, or training problems are measured";
    }
  }
}

/** Templates where no problem comes from a file: generated ones have a notation of their own. */
function* unasked(
  prompts: ResolvedPrompts,
  benchmarks: Readonly<Record<string, ResolvedBenchmark>>,
  data: ResolvedData,
): Generator<string> {
  if ([data, ...Object.values(benchmarks)].some(({ domain }) => domain !== "relay")) return;
  for (const name of PROMPT_NAMES) {
    const path = prompts[name];
    if (path === undefined) continue;
    yield `${pathOf(["prompts", name])}: found ${
      JSON.stringify(path)
    } with relay problems alone; ` +
      "expected none: they have a notation of their own";
  }
}

/** What a declaration holds at a key; undefined where it is no object. */
function get(declaration: unknown, key: string): unknown {
  return typeof declaration === "object" && declaration !== null
    ? (declaration as Record<string, unknown>)[key]
    : undefined;
}

/** The entries that are right by themselves, whatever is wrong elsewhere. */
function sound<T>(schema: z.ZodType<T>, entries: unknown): Record<string, T> {
  if (typeof entries !== "object" || entries === null) return {};
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) => {
      const result = schema.safeParse(value);
      return result.success ? [[name, result.data]] : [];
    }),
  );
}

/** A declaration whose policies have names: one that is declared alone gets that of its folder, or of its model. */
function withSizes(declaration: unknown): unknown {
  const policy = get(declaration, "policy");
  if (typeof policy !== "string") return declaration;
  const path = policy.startsWith("hf:") ? policy.split("@")[0]! : policy;
  const name = path.split(/[/\\]/).findLast((part) => part !== "")?.slice(0, 60) ?? "policy";
  return { ...declaration as object, policy: { [name]: policy } };
}

/**
 * Checks a declaration and fills its defaults.
 *
 * @returns The resolved experiment, or every problem in it, one line each.
 */
export function resolve(
  declared: unknown,
): { experiment: ResolvedExperiment } | { problems: string[] } {
  const declaration = withSizes(declared);
  const result = experimentSchema.safeParse(declaration);
  const problems = result.success ? [] : describe(declaration, result.error);
  const chains = sound(chain, get(declaration, "arms"));
  const data = dataSchema.safeParse(get(declaration, "data")).data;
  const benchmarks = sound(benchmarkSchema, get(get(declaration, "evaluation"), "benchmarks"));
  const policies = sound(policySchema, get(declaration, "policy"));
  problems.push(
    ...equalArms(chains),
    ...untrained(chains, policies),
    ...unfounded(chains, policies),
  );
  if (data) problems.push(...unfed(chains, data), ...leaks(benchmarks, data));
  const prompts = promptsSchema.safeParse(get(declaration, "prompts") ?? {}).data;
  if (data && prompts) problems.push(...unasked(prompts, benchmarks, data));
  const engine = engineSchema.safeParse(get(declaration, "engine")).data;
  if (engine) problems.push(...unfitForJobs(chains, engine.kind, data));
  if (engine?.kind === "trl") problems.push(...unfitForTrl(chains, engine));
  if (engine?.kind === "verl") problems.push(...unfitForVerl(chains, engine));
  problems.push(...unfitForGpu(chains, engine?.kind ?? null));
  return result.success && problems.length === 0 ? { experiment: result.data } : { problems };
}
