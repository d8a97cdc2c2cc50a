/** @file Every mapping, by the name that it is declared with. */
import { type GenericColumns, genericMapping } from "./generic.ts";
import { gsm8k, gsm8kSocratic } from "./gsm8k.ts";
import type { Mapping } from "./mapping.ts";
import { olympiadbench } from "./olympiadbench.ts";
import { s1k } from "./s1k.ts";
import { sweSmith } from "./swe_smith.ts";

/** Name of a mapping that Stepwise has. */
export type MappingName =
  | "generic"
  | "s1k"
  | "gsm8k"
  | "gsm8k-socratic"
  | "olympiadbench"
  | "swe-smith";

/** The mappings that Stepwise has, by name. */
export const MAPPINGS: Readonly<Record<MappingName, Mapping>> = {
  /** `{ problem or question, solution or steps, answer?, id?, reasoning? }`, see {@link genericMapping}. */
  "generic": genericMapping(),
  /** s1K-1.1, see {@link s1k}. */
  "s1k": s1k,
  /** GSM8K, see {@link gsm8k}. */
  "gsm8k": gsm8k,
  /** GSM8K in its socratic form, see {@link gsm8kSocratic}. */
  "gsm8k-socratic": gsm8kSocratic,
  /** OlympiadBench, see {@link olympiadbench}. */
  "olympiadbench": olympiadbench,
  /** SWE-smith's trajectories, see {@link sweSmith}. */
  "swe-smith": sweSmith,
};

/** Every {@link MappingName}, for a schema or a command line. */
export const MAPPING_NAMES: readonly [MappingName, ...MappingName[]] = Object.keys(MAPPINGS) as [
  MappingName,
  ...MappingName[],
];

/** A mapping as declared: by name, or the generic one with the names of its columns. */
export type MappingDeclaration =
  | MappingName
  | ({
    /** Only the generic mapping has columns to name. */
    readonly kind: "generic";
  } & GenericColumns);

/**
 * The mapping that a declaration names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(openMapping("gsm8k").parser, "lines");
 * assertEquals(openMapping({ kind: "generic", question: "prompt" }).parser, "plain-numbered");
 * ```
 */
export function openMapping(declaration: MappingDeclaration): Mapping {
  return typeof declaration === "string" ? MAPPINGS[declaration] : genericMapping(declaration);
}

/**
 * A mapping as a command line takes it: its name, or JSON between quotes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mappingText("s1k"), "s1k");
 * assertEquals(mappingText({ kind: "generic", id: "uid" }), `'{"kind":"generic","id":"uid"}'`);
 * ```
 */
export function mappingText(mapping: MappingDeclaration): string {
  return typeof mapping === "string" ? mapping : `'${JSON.stringify(mapping)}'`;
}

/**
 * What to do about a row that the generic mapping cannot read: the mapping whose fields it has, or that it has an answer alone.
 * Empty where nothing is known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   adviceOn({ question: "1 + 2?", answer: "1 + 2 = 3\n#### 3" }),
 *   'mapping "gsm8k" reads such rows',
 * );
 * ```
 */
export function adviceOn(row: unknown): string {
  if (typeof row !== "object" || row === null) return "";
  const has = row as Record<string, unknown>;
  const name = fitting(has);
  if (name !== null) return `mapping "${name}" reads such rows`;
  const problem = typeof has.problem === "string" || typeof has.question === "string";
  const answer = typeof has.answer === "string" || typeof has.answer === "number";
  return problem && answer
    ? "such rows are problems with an answer alone, as benchmarks have: there are no steps to learn from"
    : "";
}

function fitting(has: Record<string, unknown>): MappingName | null {
  if (typeof has.deepseek_attempt === "string") return "s1k";
  if (Array.isArray(has.final_answer)) return "olympiadbench";
  if (Array.isArray(has.messages) || typeof has.messages === "string") return "swe-smith";
  const { answer } = has;
  if (typeof answer !== "string" || !answer.includes("\n####")) return null;
  return answer.includes(" ** ") ? "gsm8k-socratic" : "gsm8k";
}
