/** @file The schema of every reward, combinators included. */
import { z } from "zod";
import { number, show, strict, word } from "../experiment/problems.ts";
import type { ResolvedReward, RewardKind } from "./declaration.ts";
import {
  answerSchema,
  expertLikelihoodSchema,
  formatSchema,
  lengthSchema,
  moduleSchema,
} from "./term_schema.ts";
import {
  bleuSchema,
  chrfSchema,
  embeddingSchema,
  levenshteinSchema,
  rougeLSchema,
  similaritySchema,
  tokenF1Schema,
} from "./text_schema.ts";
import { patchSchema, toolCallSchema } from "./agent_schema.ts";

/**
 * Checks and completes a reward of any kind; the kind alone stands for one with every default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rewardSchema.parse("answer"), { kind: "answer" });
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const rewardSchema: z.ZodType<ResolvedReward> = z.unknown().transform(
  (value, context): ResolvedReward => {
    const complain = (issue: { path: PropertyKey[]; message: string }) =>
      context.issues.push({ code: "custom", input: value, ...issue });
    const bare = typeof value === "string";
    if (!bare && (typeof value !== "object" || value === null)) {
      complain({ path: [], message: "expected a reward: an object, or one of the kinds" });
      return z.NEVER;
    }
    const declared: { readonly kind?: unknown } = bare ? { kind: value } : value;
    const kind = kindSchema.safeParse(declared.kind);
    if (!kind.success) {
      const { message } = kind.error.issues[0]!;
      complain({ path: bare ? [] : ["kind"], message });
      return z.NEVER;
    }
    const result = SCHEMAS[kind.data].safeParse(declared);
    if (result.success) return result.data;
    const { issues } = result.error;
    if (bare) {
      const keys = issues.map(({ path }) => path.join(".")).join(" and ");
      complain({
        path: [],
        message: `found ${show(value)}; that kind needs an object with ${keys}`,
      });
      return z.NEVER;
    }
    for (const issue of issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  },
);

const inner = z.lazy(() => rewardSchema);

const sumSchema = strict("a sum of rewards", {
  kind: z.literal("sum"),
  of: z.array(
    strict("an object { weight, reward }", {
      weight: number("a number").refine((weight) => weight !== 0, {
        error: "expected a number other than 0",
      }),
      reward: inner,
    }),
    { error: "expected a list of { weight, reward }" },
  ).min(1, { error: "expected at least one { weight, reward }" }),
});

const gateSchema = strict("a gate", {
  kind: z.literal("gate"),
  reward: inner,
  when: inner,
  above: number("a number").default(0),
});

const minSchema = strict("a minimum of rewards", {
  kind: z.literal("min"),
  of: z.array(inner, { error: "expected a list of rewards" })
    .min(2, { error: "expected at least two rewards" }),
});

const clipSchema = strict("a clip", {
  kind: z.literal("clip"),
  reward: inner,
  low: number("a number"),
  high: number("a number, above low"),
}).refine(({ low, high }) => !(high <= low), {
  path: ["high"],
  error: "found {value}; expected more than low",
});

const annealSchema = strict("an annealed mixture", {
  kind: z.literal("anneal"),
  from: inner,
  to: inner,
  start: number("a whole number of updates, at least 0", { whole: true, min: 0 }).default(0),
  end: number("a whole number of updates, above start", { whole: true, min: 1 }),
}).refine(({ start, end }) => !(end <= start), {
  path: ["end"],
  error: "found {value}; expected more than start",
});

const SCHEMAS: Readonly<Record<RewardKind, z.ZodType<ResolvedReward>>> = {
  similarity: similaritySchema,
  levenshtein: levenshteinSchema,
  "rouge-l": rougeLSchema,
  "token-f1": tokenF1Schema,
  chrf: chrfSchema,
  bleu: bleuSchema,
  "tool-call": toolCallSchema,
  patch: patchSchema,
  embedding: embeddingSchema,
  answer: answerSchema,
  "expert-likelihood": expertLikelihoodSchema,
  format: formatSchema,
  length: lengthSchema,
  module: moduleSchema,
  sum: sumSchema,
  gate: gateSchema,
  min: minSchema,
  clip: clipSchema,
  anneal: annealSchema,
};

/** Names of all rewards. */
export const REWARD_KINDS = Object.keys(SCHEMAS) as [RewardKind, ...RewardKind[]];

const kindSchema = word(REWARD_KINDS);
