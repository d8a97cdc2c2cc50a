/** @file Every parser of steps, by the name that it is declared with. */
import { agentSteps } from "./agent.ts";
import { lineSteps } from "./lines.ts";
import { numberedSteps, plainNumberedSteps } from "./numbered.ts";
import type { StepParser } from "./parser.ts";
import { sentenceSteps } from "./sentence.ts";
import { socraticSteps } from "./socratic.ts";
import { loadUserParser } from "./user_parser.ts";

/** Name of a parser that Stepwise has. */
export type StepParserName =
  | "numbered"
  | "plain-numbered"
  | "lines"
  | "socratic"
  | "agent"
  | "sentence";

/** The parsers that Stepwise has, by name. */
export const STEP_PARSERS: Readonly<Record<StepParserName, StepParser>> = {
  /** `1. **Title** body`: the published form, see {@link numberedSteps}. */
  "numbered": numberedSteps,
  /** `1. body`, with a title or without, see {@link plainNumberedSteps}. */
  "plain-numbered": plainNumberedSteps,
  /** One step a line, see {@link lineSteps}. */
  "lines": lineSteps,
  /** `sub-question ** step`, see {@link socraticSteps}. */
  "socratic": socraticSteps,
  /** The actions of an agent, see {@link agentSteps}. */
  "agent": agentSteps,
  /** One step a sentence, see {@link sentenceSteps}. */
  "sentence": sentenceSteps,
};

/** Every {@link StepParserName}, for a schema or a command line. */
export const STEP_PARSER_NAMES: readonly [StepParserName, ...StepParserName[]] = Object.keys(
  STEP_PARSERS,
) as [StepParserName, ...StepParserName[]];

/** A parser as declared: by name, or as a module whose default export is a function, see {@link loadUserParser}. */
export type ParserDeclaration = StepParserName | {
  /** Path of the module, relative to the working directory. */
  readonly module: string;
};

/**
 * A parser as a command line takes it: its name, or its module's path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([parserText("agent"), parserText({ module: "own.ts" })], ["agent", "own.ts"]);
 * ```
 */
export function parserText(parser: ParserDeclaration): string {
  return typeof parser === "string" ? parser : parser.module;
}

/**
 * The parser that a declaration names.
 *
 * @throws {InputError} where a user's module cannot be loaded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const parser = await openParser("lines");
 * assertEquals(parser("x = 2 * 3\nx = 6").ok, true);
 * ```
 */
export async function openParser(declaration: ParserDeclaration): Promise<StepParser> {
  return typeof declaration === "string"
    ? STEP_PARSERS[declaration]
    : await loadUserParser(declaration.module);
}
