/** @file Schemas of the rewards that look at the output by itself. */
import { z } from "zod";
import { count, number, strict, word } from "../experiment/problems.ts";
import type { ResolvedExpertLikelihood } from "./expert_likelihood.ts";
import type { ResolvedFormatReward } from "./format_reward.ts";
import type { ResolvedLength } from "./length_reward.ts";
import type { AnswerDeclaration } from "./answer.ts";
import type { ResolvedModule } from "./module_reward.ts";

/** Schema of `answer`. @ignore Internal: Zod's types are no part of the interface. */
export const answerSchema: z.ZodType<AnswerDeclaration> = strict("an answer reward", {
  kind: z.literal("answer"),
});

/** Schema of `expert-likelihood`. @ignore Internal: Zod's types are no part of the interface. */
export const expertLikelihoodSchema: z.ZodType<ResolvedExpertLikelihood> = strict(
  "an expert-likelihood reward",
  {
    kind: z.literal("expert-likelihood"),
    scale: word(["probability", "log"]).default("probability"),
    floor: number("a log-probability below 0", { below: 0 }).default(-5),
  },
);

/** Schema of `format`. @ignore Internal: Zod's types are no part of the interface. */
export const formatSchema: z.ZodType<ResolvedFormatReward> = strict("a format reward", {
  kind: z.literal("format"),
  broken: z.union([z.literal(-1), z.literal(0)], { error: "expected -1 or 0" }).default(-1),
  ok: number("a number of at least 0", { min: 0 }).default(0),
});

/** Schema of `length`. @ignore Internal: Zod's types are no part of the interface. */
export const lengthSchema: z.ZodType<ResolvedLength> = strict("a length reward", {
  kind: z.literal("length"),
  of: word(["completion", "think", "action"]).default("completion"),
  unit: word(["char", "word", "token"]).default("token"),
  from: count("a whole number of elements, at least 0", 0),
  to: count("a whole number of elements, above from"),
  value: number("a number").default(-1),
}).refine(({ from, to }) => !(to <= from), {
  path: ["to"],
  error: "found {value}; expected more than from",
}).refine(({ value }) => value !== 0, {
  path: ["value"],
  error: "found {value}; expected a penalty or a bonus",
});

/** Schema of `module`. @ignore Internal: Zod's types are no part of the interface. */
export const moduleSchema: z.ZodType<ResolvedModule> = strict("a module reward", {
  kind: z.literal("module"),
  file: z.string({ error: "expected a path" }).min(1, { error: "expected a path" }),
  range: z.tuple([number("a least value"), number("a greatest value")], {
    error: "expected [least, greatest]",
  }).refine(([min, max]) => min < max, { error: "expected [least, greatest]" }).default([0, 1]),
  needsFormat: z.boolean({ error: "expected true or false" }).default(true),
});
