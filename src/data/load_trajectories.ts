/** @file From the rows of a data set to trajectories. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { lastBoxed } from "./answer_extraction.ts";
import { type JsonlRow, readJsonl } from "./jsonl.ts";
import { Ledger } from "./ledger.ts";
import { type MappedRow, type Mapping, ROW_FAULTS } from "./mappings/mapping.ts";
import { adviceOn, type MappingDeclaration, openMapping } from "./mappings/mappings.ts";
import type { ParsedSteps, StepParser } from "./steps/parser.ts";
import { openParser, type ParserDeclaration } from "./steps/parsers.ts";
import type { Trajectory } from "./trajectory.ts";

/** What a file of solutions came to. */
export interface LoadedTrajectories {
  /** One for each row used, in order. */
  readonly trajectories: Trajectory[];
  /** What became of each row. */
  readonly ledger: Ledger;
  /** In how many of the rows used some text before step 1 was left out, because it belongs to no step. */
  readonly introductions: number;
}

/** How rows are read. */
export interface LoadOptions {
  /** What the columns mean. Default `generic`. */
  readonly mapping?: MappingDeclaration;
  /** How a written solution is cut into steps. Default: the mapping's own. */
  readonly parser?: ParserDeclaration;
}

/**
 * Makes trajectories of a data set's rows. Each row ends as one or as dropped, with the reason in the ledger: what the mapping or the
 * parser finds. A row without an id of its own is `line-<n>`; a row without an answer has the one that its form has
 * a place for, else the solution's last `\boxed{}`, else none.
 *
 * Throws an `InputError` with source and row for a row that is not of the mapping's form, naming the field (and the mapping whose
 * fields it has), for an id that occurs twice, and for a user's parser that fails.
 *
 * @param source Names the rows in the ledger and in errors, e.g. a path.
 * @param rows The rows with their numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const value = { question: "1 + 2?", answer: "How much? ** 1 + 2 = 3\n#### 3" };
 * const loaded = await trajectoriesOf("two", [{ line: 1, value }], { mapping: "gsm8k-socratic" });
 * assertEquals(loaded.trajectories, [{
 *   id: "line-1",
 *   problem: "1 + 2?",
 *   steps: [{ action: "**How much?** 1 + 2 = 3", title: "How much?" }],
 *   answer: "3",
 * }]);
 * ```
 */
export async function trajectoriesOf(
  source: string,
  rows: Iterable<JsonlRow<unknown>> | AsyncIterable<JsonlRow<unknown>>,
  options: LoadOptions = {},
): Promise<LoadedTrajectories> {
  const { mapping: declared = "generic" } = options;
  const mapping = openMapping(declared);
  const parser = await openParser(options.parser ?? mapping.parser);
  const trajectories: Trajectory[] = [];
  const ledger = new Ledger(source);
  const lines = new Map<string, number>();
  let introductions = 0;
  for await (const { line, value } of rows) {
    const place = `${source}:${line}`;
    const mapped = map(mapping, value, place, declared);
    const id = mapped.id ?? `line-${line}`;
    const earlier = lines.get(id);
    if (earlier !== undefined) {
      throw new InputError(
        `${place}: field "id": ${JSON.stringify(id)} is the id of line ${earlier} already`,
      );
    }
    lines.set(id, line);
    if (!mapped.ok) {
      ledger.drop({ row: line, id, reason: mapped.reason, detail: ROW_FAULTS[mapped.reason] });
      continue;
    }
    const parsed = parse(parser, mapped.solution, place);
    if (!parsed.ok) {
      ledger.drop({ row: line, id, reason: parsed.reason, detail: parsed.text });
      continue;
    }
    ledger.use();
    if (parsed.intro !== "") introductions++;
    const { problem, solution, reasoning } = mapped;
    const boxed = typeof solution === "string" ? lastBoxed(solution) : null;
    trajectories.push({
      id,
      problem,
      steps: parsed.steps,
      answer: mapped.answer ?? parsed.answer ?? boxed ?? "",
      ...(reasoning === undefined ? {} : { reasoning }),
    });
  }
  return { trajectories, ledger, introductions };
}

/**
 * {@link trajectoriesOf} the rows of a JSON Lines file.
 *
 * Throws an `InputError` also for what {@link readJsonl} refuses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const solution = "1. **Double** x = 6\n2. **Answer** \\boxed{6}";
 * await Deno.writeTextFile(path, JSON.stringify({ id: "p1", question: "x/2 = 3?", solution }));
 * const { trajectories, ledger } = await loadTrajectories(path);
 * assertEquals([trajectories[0]?.steps.length, trajectories[0]?.answer, ledger.used], [2, "6", 1]);
 * ```
 */
export async function loadTrajectories(
  path: string,
  options: LoadOptions = {},
): Promise<LoadedTrajectories> {
  return await trajectoriesOf(path, readJsonl(path, z.looseObject({})), options);
}

function map(
  mapping: Mapping,
  value: unknown,
  place: string,
  declared: MappingDeclaration,
): MappedRow {
  try {
    return mapping.map(value, place);
  } catch (error) {
    const advice = error instanceof InputError && declared === "generic" ? adviceOn(value) : "";
    if (advice === "") throw error;
    throw new InputError(`${(error as InputError).message}; ${advice}`);
  }
}

function parse(
  parser: StepParser,
  solution: (MappedRow & { ok: true })["solution"],
  place: string,
): ParsedSteps {
  if (typeof solution === "object" && "steps" in solution) {
    return { ok: true, steps: solution.steps, intro: "" };
  }
  try {
    return parser(solution);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}: ${error.message}`);
    throw error;
  }
}
