/** @file The options of `deno task data` that say how rows are read and cut, from text to what they mean. */
import type { StepContext } from "../data/granularity/context.ts";
import { type Granularity, GRANULARITY_KINDS } from "../data/granularity/granularity.ts";
import type { MappingDeclaration } from "../data/mappings/mappings.ts";
import { type ParserDeclaration, STEP_PARSER_NAMES } from "../data/steps/parsers.ts";
import { InputError } from "../errors.ts";
import { contextSchema, granularitySchema } from "../experiment/instances.ts";
import { nearest } from "../experiment/nearest.ts";
import { describe } from "../experiment/problems.ts";
import { mappingSchema, parserSchema } from "../experiment/rows.ts";

/** What an option's text is checked with: the schema of an experiment's key. */
interface Schema<T> {
  safeParse(value: unknown):
    | { success: true; data: T }
    | { success: false; error: Parameters<typeof describe>[1] };
}

/**
 * A mapping: its name, or the generic one with its columns as JSON.
 *
 * @throws {InputError} for anything else, naming the option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseMapping("s1k"), "s1k");
 * assertEquals(parseMapping('{"kind":"generic","id":"uid"}'), { kind: "generic", id: "uid" });
 * ```
 */
export function parseMapping(text: string): MappingDeclaration {
  if (!text.trimStart().startsWith("{")) return check("mapping", mappingSchema, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`--mapping: found ${JSON.stringify(text)}; expected a name, or JSON`);
  }
  return check("mapping", mappingSchema, value);
}

/**
 * A parser: its name, or the path of a module, which ends with `.ts`, `.js` or `.mjs`.
 *
 * @throws {InputError} for anything else, naming the option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseParser("sentence"), "sentence");
 * assertEquals(parseParser("own/parser.ts"), { module: "own/parser.ts" });
 * ```
 */
export function parseParser(text: string): ParserDeclaration {
  if (/\.(?:ts|js|mjs)$/.test(text)) return { module: text };
  const near = nearest(text, STEP_PARSER_NAMES);
  if (near === undefined) {
    throw new InputError(
      `--parser: found ${JSON.stringify(text)}; expected ${
        STEP_PARSER_NAMES.join(" or ")
      }, or the path of a module (.ts)`,
    );
  }
  return check("parser", parserSchema, text);
}

/**
 * A granularity: `step`, `steps:K`, `sentence`, `tokens:N`, `whole` or `answer`.
 *
 * @throws {InputError} for anything else, naming the option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseGranularity("whole"), "whole");
 * assertEquals(parseGranularity("steps:3"), { kind: "steps", k: 3 });
 * ```
 */
export function parseGranularity(text: string): Granularity {
  const [, kind, number] = /^(steps|tokens):(\d{1,9})$/.exec(text) ?? [];
  if (kind !== undefined) {
    return check("granularity", granularitySchema, {
      kind,
      [kind === "steps" ? "k" : "n"]: Number(number),
    });
  }
  const words: string[] = GRANULARITY_KINDS.map((known) =>
    known === "steps" ? "steps:K" : known === "tokens" ? "tokens:N" : known
  );
  if (!words.includes(text)) {
    const near = nearest(text, words);
    const advice = near === undefined ? "" : `; did you mean ${near}?`;
    throw new InputError(
      `--granularity: found ${JSON.stringify(text)}; expected ${words.join(" or ")}${advice}`,
    );
  }
  return check("granularity", granularitySchema, text);
}

/**
 * A context: `all`, or `last:M`.
 *
 * @throws {InputError} for anything else, naming the option.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseContext("last:2"), { last: 2 });
 * ```
 */
export function parseContext(text: string): StepContext {
  const number = /^last:(\d{1,9})$/.exec(text)?.[1];
  if (number !== undefined) return check("context", contextSchema, { last: Number(number) });
  if (text === "all") return "all";
  throw new InputError(`--context: found ${JSON.stringify(text)}; expected all or last:M`);
}

function check<T>(name: string, schema: Schema<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [problem = ""] = describe(value, result.error);
  throw new InputError(`--${name}: ${problem.replace(/^the experiment: /, "")}`);
}
