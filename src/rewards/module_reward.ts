/** @file A reward that a user writes in a file of their own. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../errors.ts";
import type { RewardInstance, Rollout, Score, ScoreRange } from "./reward.ts";
import type { Term } from "./term.ts";

/** The choices of `module`. */
export interface ModuleOptions {
  /** The file, relative to the working directory. It counts by its contents; what it imports does not. */
  readonly file: string;
  /** Bounds of every value. Default 0 to 1. A score outside them is an error. */
  readonly range?: ScoreRange;
  /** Whether a broken format is worth −1 without a call. Default true; false lets the function see every completion. */
  readonly needsFormat?: boolean;
}

/** A declared `module`. */
export interface ModuleDeclaration extends ModuleOptions {
  /** Tells the rewards apart. */
  readonly kind: "module";
}

/** A `module` with every default filled. */
export type ResolvedModule = Required<ModuleDeclaration>;

/** What the file must export by default. It must be pure, or a seed fixes nothing. */
export type RewardModule = (rollout: Rollout, instance: RewardInstance) => Score | Promise<Score>;

/**
 * Declares a reward in a TypeScript file whose default export is a {@link RewardModule}. It is trusted code: it runs
 * with the rights of the training, in a process of its own, under the deadline of every reward. What it throws is counted and shown; what it prints
 * goes to stderr.
 * Range: as declared. Cost: its own.
 *
 * Example: `export default ({ action }, { target }) => ({ value: action === target ? 1 : 0, parts: {} })`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitRollout } from "./format.ts";
 * import { makeReward } from "./make_reward.ts";
 *
 * const file = await Deno.makeTempFile({ suffix: ".ts" });
 * await Deno.writeTextFile(file, "export default ({ action }) => ({ value: 1 / action.length, parts: { brief: 1 } })");
 * const reward = await makeReward(moduleReward({ file }));
 * const instance = { target: "", problem: "", answer: "" };
 * assertEquals(await reward.score(splitRollout("<think></think>abcd"), instance), {
 *   value: 0.25,
 *   parts: { module: 0.25, "module.brief": 1, format: 0 },
 * });
 * await Deno.remove(file);
 * ```
 */
export function moduleReward(options: ModuleOptions): ModuleDeclaration {
  return { ...options, kind: "module" };
}

/**
 * Imports the file and compiles it.
 *
 * @throws {InputError} where it cannot be imported, or exports no function by default.
 */
export async function moduleTerm({ file, range, needsFormat }: ResolvedModule): Promise<Term> {
  let exported: unknown;
  try {
    exported = (await import(pathToFileURL(resolve(file)).href)).default;
  } catch (error) {
    throw new InputError(`${file}: cannot be imported as a reward: ${(error as Error).message}`);
  }
  if (typeof exported !== "function") {
    throw new InputError(
      `${file}: expected a function (rollout, instance) => Score as default export, found ${typeof exported}`,
    );
  }
  const judge = exported as RewardModule;
  return {
    name: "module",
    range,
    cost: "its own",
    source: file,
    needs: {},
    format: needsFormat ? "needed" : "free",
    async score(rollout, instance) {
      if (needsFormat && rollout.action === null) {
        const value = range[0];
        return { value, parts: { module: value } };
      }
      const { value, parts } = checkScore(await judge(rollout, instance), file, range);
      const named = Object.entries(parts).map(([name, part]) => [`module.${name}`, part]);
      return { value, parts: { module: value, ...Object.fromEntries(named) } };
    },
  };
}

/** Throws for what is no score: types do not bind a file that somebody else wrote. */
function checkScore(score: unknown, file: string, [min, max]: ScoreRange): Score {
  const { value, parts } = (typeof score === "object" && score !== null ? score : {}) as Score;
  const finite = (number: unknown) => Number.isFinite(number);
  if (!finite(value) || typeof parts !== "object" || !Object.values(parts ?? NaN).every(finite)) {
    throw new TypeError(
      `${file}: expected a score { value, parts } of finite numbers, found ${Deno.inspect(score)}`,
    );
  }
  if (value < min || value > max) {
    throw new RangeError(`${file}: expected a score from ${min} to ${max}, found ${value}`);
  }
  return { value, parts };
}
