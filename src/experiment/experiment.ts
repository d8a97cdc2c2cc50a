/** @file `experiment()`: what an experiment file exports. */
import { InputError } from "../errors.ts";
import { type ExperimentDeclaration, resolve, type ResolvedExperiment } from "./schema.ts";

/** Marks what `experiment()` returned, across copies of this module. */
const MARK = Symbol.for("stepwise.experiment");

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
 * @throws {InputError} Listing every problem: its path, the value found, what was expected, the nearest valid name.
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
    const name = String((declaration as { name?: unknown } | undefined)?.name ?? "");
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    throw new InputError(
      [`${count} in the experiment${name && ` "${name}"`}`, ...problems.map((p) => `  ${p}`)]
        .join("\n"),
    );
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
