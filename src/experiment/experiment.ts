/** @file `experiment()`: what an experiment file exports. */
import { InputError } from "../errors.ts";
import { show } from "./problems.ts";
import { type ExperimentDeclaration, resolve, type ResolvedExperiment } from "./schema.ts";

/** Marks what `experiment()` returned, across copies of this module. */
const MARK = Symbol.for("stepwise.experiment");

/** Problems that an error lists: what is said in a screenful is read. */
const SHOWN = 10;

/** Freezes plain data to its leaves. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/**
 * Declares an experiment: checks it, fills the defaults and freezes it. Default-export what it returns.
 *
 * @throws {InputError} Listing the problems, at most eleven: the path, the value found, what was expected, the nearest valid name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const made = experiment({
 *   name: "smallest",
 *   question: "What does the policy do as it is?",
 *   policy: { "1m": "experiments/checkpoints/relay-1m" },
 *   data: { domain: "relay", tier: "hard", train: 400 },
 *   arms: { base: [] },
 *   evaluation: { benchmarks: { hard: { domain: "relay", tier: "hard" } } },
 * });
 * assertEquals(made.seeds, [1]);
 * ```
 */
export function experiment(declaration: ExperimentDeclaration): ResolvedExperiment {
  const result = resolve(declaration);
  if ("problems" in result) {
    const { problems } = result;
    const name: unknown = (declaration as { name?: unknown } | null | undefined)?.name;
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const more = problems.length - SHOWN;
    const shown = more > 1 ? [...problems.slice(0, SHOWN), `and ${more} more`] : problems;
    const heading = `${count} in the experiment${typeof name === "string" ? ` ${show(name)}` : ""}`;
    throw new InputError([heading, ...shown.map((p) => `  ${p}`)].join("\n"));
  }
  Object.defineProperty(result.experiment, MARK, { value: true });
  return freeze(result.experiment);
}

/**
 * Whether a value is what {@link experiment} returned.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isExperiment({ name: "hand-made" }), false);
 * ```
 */
export function isExperiment(value: unknown): value is ResolvedExperiment {
  return typeof value === "object" && value !== null && MARK in value;
}
