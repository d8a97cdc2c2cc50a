/** @file The files that a declared reward reads. */
import type { ResolvedReward } from "./declaration.ts";

/** A path in a declaration. */
export interface RewardInput {
  /** The path as declared, relative to the working directory. */
  readonly path: string;
  /** What lies there. */
  readonly holds: "module" | "encoder";
  /** Where it is declared, within the reward. */
  readonly at: readonly PropertyKey[];
}

/**
 * A declaration with every path replaced, e.g. by a hash of what lies there; combinators are gone through.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rewardSchema } from "./schema.ts";
 *
 * const gated = rewardSchema.parse({ kind: "gate", reward: { kind: "module", file: "a.ts" }, when: "answer" });
 * const paths: string[] = [];
 * mapInputs(gated, ({ path, at }) => `${paths.push(`${at.join(".")}: ${path}`)}`);
 * assertEquals(paths, ["reward.file: a.ts"]);
 * ```
 */
export function mapInputs(
  reward: ResolvedReward,
  replace: (input: RewardInput) => string,
): ResolvedReward {
  const visit = (inner: ResolvedReward, at: readonly PropertyKey[]): ResolvedReward => {
    switch (inner.kind) {
      case "module":
        return {
          ...inner,
          file: replace({ path: inner.file, holds: "module", at: [...at, "file"] }),
        };
      case "embedding":
        return {
          ...inner,
          model: replace({ path: inner.model, holds: "encoder", at: [...at, "model"] }),
        };
      case "sum":
        return {
          ...inner,
          of: inner.of.map((term, i) => ({
            ...term,
            reward: visit(term.reward, [...at, "of", i, "reward"]),
          })),
        };
      case "min":
        return { ...inner, of: inner.of.map((term, i) => visit(term, [...at, "of", i])) };
      case "gate":
        return {
          ...inner,
          reward: visit(inner.reward, [...at, "reward"]),
          when: visit(inner.when, [...at, "when"]),
        };
      case "clip":
        return { ...inner, reward: visit(inner.reward, [...at, "reward"]) };
      case "anneal":
        return {
          ...inner,
          from: visit(inner.from, [...at, "from"]),
          to: visit(inner.to, [...at, "to"]),
        };
      default:
        return inner;
    }
  };
  return visit(reward, []);
}

/**
 * Every path in a declaration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inputsOf({ kind: "answer" }), []);
 * ```
 */
export function inputsOf(reward: ResolvedReward): RewardInput[] {
  const found: RewardInput[] = [];
  mapInputs(reward, (input) => {
    found.push(input);
    return input.path;
  });
  return found;
}
