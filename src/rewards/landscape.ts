/** @file The reward landscape: what rewards say of real steps and of controlled corruptions of them. */
import { Rng } from "../random/rng.ts";
import type { RewardScore } from "../results/reward_scores.ts";
import { type Corruption, CORRUPTIONS } from "./corruptions.ts";
import { InputError } from "../errors.ts";
import { inputsOf } from "./inputs.ts";
import { landscapeLack } from "./landscape_lack.ts";
import type { NamedReward } from "./landscape_rewards.ts";
import { RewardPool } from "./pool.ts";
import type { RewardItem } from "./protocol.ts";
import type { ResourceSpec } from "./resources.ts";
import type { RewardInstance } from "./reward.ts";

/** An expert's step as rewards see it. */
export interface LandscapeStep extends RewardInstance {
  /** Unique. */
  readonly id: string;
  /** Id of its problem. */
  readonly problemId: string;
}

/** A step, and what a corruption made of it. */
export interface CorruptedStep {
  /** The expert's step. */
  readonly step: LandscapeStep;
  /** The corruption's id. */
  readonly corruption: string;
  /** What takes the action's place. */
  readonly action: string;
}

/** How the rewards are run. */
export interface LandscapeOptions {
  /** Threads for each reward. Default: one for every core. */
  readonly workers?: number;
  /** What rewards need besides their declaration. */
  readonly resources?: ResourceSpec;
  /** Hears how many scores there are, and of how many, after every batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores that a reward makes before progress is told again. */
const BATCH = 512;

/**
 * Some of the steps, drawn by a seed, in their own order; all of them where `count` is not less.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sampleSteps([1, 2, 3, 4], 2, 0), sampleSteps([1, 2, 3, 4], 2, 0));
 * ```
 */
export function sampleSteps<T>(steps: readonly T[], count: number, seed: number): T[] {
  const drawn = new Rng(seed, "landscape", "sample").shuffle([...steps.keys()]).slice(0, count);
  return drawn.sort((a, b) => a - b).map((at) => steps[at]!);
}

/**
 * Every corruption of every step that it can make something of. Each has a random stream of its own, by the seed, the step's
 * id and the corruption, so that a step is corrupted alike whatever else is there; only the choice of another problem's step
 * depends on `all`.
 *
 * @param steps The steps to corrupt.
 * @param all The steps among which another problem's is drawn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const step = { id: "p1#1", problemId: "p1", target: "so x = 3", problem: "", answer: "" };
 * const corrupted = corruptSteps([step], [step], 0);
 * assertEquals(corrupted[0], { step, corruption: "copy", action: "so x = 3" });
 * assertEquals(corrupted.some(({ corruption }) => corruption === "other"), false);
 * ```
 */
export function corruptSteps(
  steps: readonly LandscapeStep[],
  all: readonly LandscapeStep[],
  seed: number,
  corruptions: readonly Corruption[] = CORRUPTIONS,
): CorruptedStep[] {
  const byProblem = new Map<string, string[]>();
  for (const { problemId, target } of all) {
    const own = byProblem.get(problemId);
    if (own === undefined) byProblem.set(problemId, [target]);
    else own.push(target);
  }
  return steps.flatMap((step) =>
    corruptions.flatMap((corruption): CorruptedStep[] => {
      const rng = new Rng(seed, "landscape", step.id, corruption.id);
      const others = { problem: step.problemId, steps: byProblem };
      const action = corruption.corrupt(step.target, rng, others);
      return action === null ? [] : [{ step, corruption: corruption.id, action }];
    })
  );
}

/**
 * Fails where one of the rewards cannot score any of the steps, before anything is scored: for what a landscape lacks (see
 * {@link landscapeLack}), and for a module or an encoder that cannot be loaded.
 *
 * @throws {InputError} naming the first such reward, what is missing, and what gives it.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { parseRewards } from "./landscape_rewards.ts";
 *
 * const rewards = parseRewards(["bleu", "answer"], []);
 * await assertRejects(() => requireScorable(rewards, [], {}), Error, "--reward answer: needs whole solutions");
 * ```
 */
export async function requireScorable(
  rewards: readonly NamedReward[],
  steps: readonly LandscapeStep[],
  resources: ResourceSpec,
): Promise<void> {
  for (const { name, declared } of rewards) {
    const lack = landscapeLack(declared, steps, resources);
    if (lack !== null) throw new InputError(`--reward ${name}: ${lack}`);
  }
  for (const { name, declared } of rewards) {
    if (inputsOf(declared).length === 0) continue;
    try {
      // In a process: a user's file may do anything while it is imported.
      using _ = await RewardPool.start(declared, { resources });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`--reward ${name}: ${error.message}`);
    }
  }
}

/**
 * Scores corrupted steps as actions in the right format, against the steps that they were made from. A reward that throws or
 * takes too long gives a failure in the place of a score.
 *
 * @throws {InputError} where a reward cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseRewards } from "./landscape_rewards.ts";
 *
 * const step = { id: "p1#1", problemId: "p1", target: "abcd", problem: "", answer: "" };
 * const corrupted = [{ step, corruption: "half", action: "ab" }];
 * const [score] = await scoreCorrupted(corrupted, parseRewards(["levenshtein"], []));
 * assertEquals(score, { reward: "levenshtein", corruption: "half", step: "p1#1", value: 0.5 });
 * ```
 */
export async function scoreCorrupted(
  corrupted: readonly CorruptedStep[],
  rewards: readonly NamedReward[],
  options: LandscapeOptions = {},
): Promise<RewardScore[]> {
  const { workers = navigator.hardwareConcurrency, resources = {}, onProgress = () => {} } =
    options;
  const scores: RewardScore[] = [];
  const total = rewards.length * corrupted.length;
  for (const { name, declared } of rewards) {
    using pool = await RewardPool.start(declared, { workers, resources });
    for (let from = 0; from < corrupted.length; from += BATCH) {
      const batch = corrupted.slice(from, from + BATCH);
      const judged = await pool.score(batch.map(itemOf));
      judged.forEach((judgement, at) => {
        const { step: { id }, corruption } = batch[at]!;
        const row = { reward: name, corruption, step: id };
        scores.push(
          judgement.status === "ok"
            ? { ...row, value: judgement.score.value }
            : { ...row, value: null, failure: `${judgement.status}: ${judgement.message}` },
        );
      });
      onProgress(scores.length, total);
    }
  }
  return scores;
}

/** Split already: a step that itself speaks of `<think>` has no broken format here. */
function itemOf({ step, action }: CorruptedStep): RewardItem {
  const rollout = { completion: `<think></think>${action}`, think: "", action, formatError: null };
  return { rollout, instance: step };
}
