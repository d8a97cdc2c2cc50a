/** @file Schemas of the rewards that compare the action with the expert's as text. */
import { z } from "zod";
import { count, number, strict, word } from "../experiment/problems.ts";
import type { ResolvedBleu } from "./bleu.ts";
import type { ResolvedChrf } from "./chrf.ts";
import type { ResolvedEmbedding } from "./embedding.ts";
import type { LevenshteinDeclaration } from "./levenshtein.ts";
import type { ResolvedRougeL } from "./rouge_l.ts";
import type { ResolvedSimilarity } from "./similarity.ts";
import type { TokenF1Declaration } from "./token_f1.ts";

const beta = number("a number above 0", { above: 0 });
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

/** Schema of `rouge-l`. @ignore Internal: Zod's types are no part of the interface. */
export const rougeLSchema: z.ZodType<ResolvedRougeL> = strict("a rouge-l reward", {
  kind: z.literal("rouge-l"),
  beta: beta.default(1),
});

/** Schema of `token-f1`. @ignore Internal: Zod's types are no part of the interface. */
export const tokenF1Schema: z.ZodType<TokenF1Declaration> = strict("a token-f1 reward", {
  kind: z.literal("token-f1"),
});

/** Schema of `chrf`. @ignore Internal: Zod's types are no part of the interface. */
export const chrfSchema: z.ZodType<ResolvedChrf> = strict("a chrf reward", {
  kind: z.literal("chrf"),
  charOrder: count("a whole number of characters, at least 1").default(6),
  wordOrder: count("a whole number of words, at least 0", 0).default(0),
  beta: beta.default(2),
});

/** Schema of `bleu`. @ignore Internal: Zod's types are no part of the interface. */
export const bleuSchema: z.ZodType<ResolvedBleu> = strict("a bleu reward", {
  kind: z.literal("bleu"),
  tokens: word(["13a", "word", "char"]).default("13a"),
  maxOrder: count("a whole number of words, at least 1").default(4),
});

/** Schema of `embedding`. @ignore Internal: Zod's types are no part of the interface. */
export const embeddingSchema: z.ZodType<ResolvedEmbedding> = strict("an embedding reward", {
  kind: z.literal("embedding"),
  model: z.string({ error: "expected a folder" }).min(1, { error: "expected a folder" }),
  maxTokens: count("a whole number of tokens, at least 1").default(256),
});
