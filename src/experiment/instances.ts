/** @file The keys of a stage that decide which instances a trajectory gives. */
import { z } from "zod";
import { contradictions, type InstanceChoice } from "../data/granularity/check.ts";
import type { StepContext } from "../data/granularity/context.ts";
import { type Granularity, GRANULARITY_KINDS } from "../data/granularity/granularity.ts";
import { STEP_TARGETS, type StepTargets } from "../data/step_instances.ts";
import { nearest } from "./nearest.ts";
import { always, choose, count, strict, word } from "./problems.ts";

const bare = { step: {}, sentence: {}, whole: {}, answer: {} } as const;
const sized = {
  steps: strict("steps(k)", {
    kind: z.literal("steps"),
    k: count('a whole number of steps, at least 2; one step is "step"', 2),
  }),
  tokens: strict("tokens(n)", {
    kind: z.literal("tokens"),
    n: count("a whole number of tokens, at least 1"),
  }),
};

const EXPECTED = `expected ${
  GRANULARITY_KINDS.map((kind) =>
    kind in bare ? `"${kind}"` : `${kind}(${kind === "steps" ? "k" : "n"})`
  )
    .join(" or ")
}`;

const sizedGranularity = choose<Granularity>("kind", sized, EXPECTED);

/**
 * Checks a granularity.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(granularitySchema.safeParse({ kind: "steps", k: 3 }).data, { kind: "steps", k: 3 });
 * assertEquals(granularitySchema.safeParse({ kind: "steps", k: 1 }).success, false);
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const granularitySchema: z.ZodType<Granularity> = z.unknown().transform(
  (value, context): Granularity => {
    if (typeof value === "string" && Object.hasOwn(bare, value)) return value as keyof typeof bare;
    if (typeof value === "string") {
      const near = nearest(value, GRANULARITY_KINDS);
      const advice = near === undefined
        ? ""
        : `; did you mean ${near in bare ? `"${near}"` : near}?`;
      context.issues.push({ code: "custom", input: value, message: EXPECTED + advice });
      return z.NEVER;
    }
    const result = sizedGranularity.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  },
);

/**
 * Checks how much of a solution prompts show.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const contextSchema: z.ZodType<StepContext> = z.union([
  z.literal("all"),
  strict("an object { last }", { last: count("a whole number of actions, at least 1") }),
], { error: 'expected "all", or an object { last }' });

/** The shape of {@link InstanceChoice}, with its defaults. */
export const instanceShape: { readonly [K in keyof InstanceChoice]: z.ZodType<InstanceChoice[K]> } =
  {
    granularity: granularitySchema.default("step"),
    targets: word(STEP_TARGETS).default("1..N") as z.ZodType<StepTargets>,
    nextTitle: z.boolean({ error: "expected true or false" }).default(false),
    context: contextSchema.default("all"),
  };

/**
 * Adds the rules between the keys of {@link instanceShape} to a stage's schema.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export function withInstanceRules<T extends z.ZodType<InstanceChoice>>(schema: T): T {
  return (["targets", "nextTitle", "context"] as const).reduce(
    (checked, field) =>
      checked.refine((choice) => contradiction(choice, field) === undefined, {
        path: [field],
        error: ({ input }) =>
          `found {value}; expected ${contradiction(input as InstanceChoice, field)?.expected}`,
        when: always,
      }),
    schema,
  );
}

/** What a field would have to be beside the others; undefined where it is right, or is wrong by itself. */
function contradiction(choice: InstanceChoice, field: keyof InstanceChoice) {
  return contradictions(choice).find((found) => found.field === field);
}
