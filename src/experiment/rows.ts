/** @file How a file's rows are read, as declared: what its columns mean, and how solutions are cut into steps. */
import { z } from "zod";
import type { GenericColumns } from "../data/mappings/generic.ts";
import { MAPPING_NAMES, type MappingDeclaration, MAPPINGS } from "../data/mappings/mappings.ts";
import { type ParserDeclaration, STEP_PARSER_NAMES } from "../data/steps/parsers.ts";
import { strict, word } from "./problems.ts";

/** What a file's rows mean, as declared. */
export interface RowsOptions {
  /** What the columns mean: a data set's name, or the generic mapping with the names of its columns. Default `generic`. */
  readonly mapping?: MappingDeclaration;
  /** How solutions are cut into steps: a parser's name, or a module of the user's. Default: the mapping's own. */
  readonly parser?: ParserDeclaration;
}

const column = z.string({ error: "expected the name of a column" })
  .min(1, { error: "expected the name of a column" }).optional();

const columns: { readonly [K in keyof GenericColumns]-?: typeof column } = {
  question: column,
  solution: column,
  steps: column,
  answer: column,
  id: column,
  reasoning: column,
};

const generic = strict('a mapping\'s name, or an object { kind: "generic", question, … }', {
  kind: word(["generic"]),
  ...columns,
}).refine(({ kind: _, ...named }) => {
  const names = Object.values(named).filter((name) => name !== undefined);
  return new Set(names).size === names.length;
}, { error: "expected a column for each field: two are the same" });

/**
 * Checks a mapping.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mappingSchema.safeParse("s1k").success, true);
 * assertEquals(mappingSchema.safeParse("s2k").error?.issues[0]?.message.endsWith('did you mean "s1k"?'), true);
 * ```
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const mappingSchema: z.ZodType<MappingDeclaration> = byType<MappingDeclaration>(
  word(MAPPING_NAMES),
  generic as z.ZodType<MappingDeclaration>,
);

/**
 * Checks a parser.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const parserSchema: z.ZodType<ParserDeclaration> = byType<ParserDeclaration>(
  word(STEP_PARSER_NAMES),
  strict("a parser's name, or an object { module: path }", {
    module: z.string({ error: "expected a path" }).min(1, { error: "expected a path" }),
  }),
);

/** A text goes by one schema, all else by another, so that only what was meant is reported. */
function byType<T>(text: z.ZodType<T>, other: z.ZodType<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = (typeof value === "string" ? text : other).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    // Not NEVER: an unknown key alone does not keep zod from going on with the value.
    return value as T;
  });
}

/**
 * The parser of a file that declares none: its mapping's own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultParser("gsm8k-socratic"), "socratic");
 * ```
 */
export function defaultParser(mapping: MappingDeclaration): ParserDeclaration {
  return MAPPINGS[nameOf(mapping)].parser;
}

/**
 * Whether rows read by a mapping may have a trace of reasoning.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([givesReasoning("s1k"), givesReasoning("gsm8k")], [true, false]);
 * ```
 */
export function givesReasoning(mapping: MappingDeclaration): boolean {
  return MAPPINGS[nameOf(mapping)].reasoning;
}

function nameOf(mapping: MappingDeclaration) {
  return typeof mapping === "string" ? mapping : mapping.kind;
}
