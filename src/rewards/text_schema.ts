/** @file Schemas of the rewards that compare the action with the expert's as text. */
import { z } from "zod";
import { strict, word } from "../experiment/problems.ts";
import type { LevenshteinDeclaration } from "./levenshtein.ts";
import type { ResolvedSimilarity } from "./similarity.ts";

const flag = z.boolean({ error: "expected true or false" });

/** Schema of `similarity`. @ignore Internal: Zod's types are no part of the interface. */
export const similaritySchema: z.ZodType<ResolvedSimilarity> = strict("a similarity reward", {
  kind: z.literal("similarity"),
  unit: word(["char", "word", "token"]).default("char"),
  autojunk: flag.default(true),
  order: word(["action-first", "expert-first"]).default("action-first"),
  normalise: strict("an object { whitespace, latex }", {
    whitespace: flag.default(false),
    latex: flag.default(false),
  }).prefault({}),
});

/** Schema of `levenshtein`. @ignore Internal: Zod's types are no part of the interface. */
export const levenshteinSchema: z.ZodType<LevenshteinDeclaration> = strict("a levenshtein reward", {
  kind: z.literal("levenshtein"),
});
