/** @file From the rows of a data set to trajectories. */
import { InputError } from "../errors.ts";
import { formatTagIn } from "../format_tags.ts";
import { lastBoxed } from "./answer_extraction.ts";
import { type DroppedRow, Ledger } from "./ledger.ts";
import { type MappedRow, type Mapping, ROW_FAULTS, type RowNeed } from "./mappings/mapping.ts";
import { adviceOn, type MappingDeclaration, openMapping } from "./mappings/mappings.ts";
import { MOST_ACTIONS } from "./step_instances.ts";
import type { RowSource } from "./sources/row_source.ts";
import type { ParsedSteps, Solution, StepParser } from "./steps/parser.ts";
import { openParser, type ParserDeclaration } from "./steps/parsers.ts";
import { type Original, type Rewrite, rewriteSolutions } from "./teacher/rewrite.ts";
import type { Teacher } from "./teacher/teacher.ts";
import type { Trajectory } from "./trajectory.ts";

/** What a source of solutions came to. */
export interface LoadedTrajectories {
  /** One for each row used, in order. */
  readonly trajectories: Trajectory[];
  /** What became of each row. */
  readonly ledger: Ledger;
  /** In how many of the rows used some text before step 1 was left out, because it belongs to no step. */
  readonly introductions: number;
}

/** How rows become trajectories. */
export interface LoadOptions {
  /** What the columns mean. Default `generic`. */
  readonly mapping?: MappingDeclaration;
  /** How a written solution is cut into steps. Default: the mapping's own. */
  readonly parser?: ParserDeclaration;
  /** Rewrites texts that do not parse; without one they are dropped. */
  readonly teacher?: Teacher;
}

/** Reason of the rows that a teacher would be asked to rewrite, and was not. */
export const TEACHER_NOT_ASKED = "teacher-not-asked";

/** A row with a problem and a solution. */
export interface Solved {
  /** Its number in the source. */
  readonly row: number;
  /** Its id, its own or by its number. */
  readonly id: string;
  /** Its parts. */
  readonly mapped: MappedRow & { readonly ok: true };
  /** What the parser made of its solution. */
  readonly parsed: ParsedSteps;
}

/**
 * Makes trajectories of a source's rows. Each row ends as one or as dropped, with the reason in the ledger: what the mapping or
 * the parser finds, unless a teacher rewrites the solution so that it parses. A row without an id of its own is `line-<n>`; a row
 * without an answer has the one that its form has a place for, else the solution's last `\boxed{}`, else none.
 *
 * Throws an `InputError` with place for what the source refuses, for a row that is not of the mapping's form, naming the field (and
 * the mapping whose fields it has), for an id that occurs twice, and for a user's parser that fails; and as the teacher does. A row
 * whose text holds a tag of the output format is dropped too (`reserved-tag`): no action could be like it; and one of more steps
 * than {@link MOST_ACTIONS} (`too-many-steps`).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openSource } from "./sources/open_source.ts";
 *
 * const row = { question: "1 + 2?", answer: "How much? ** 1 + 2 = 3\n#### 3" };
 * const source = await openSource({ rows: [row] });
 * const loaded = await loadTrajectories(source, { mapping: "gsm8k-socratic" });
 * assertEquals(loaded.trajectories, [{
 *   id: "line-1",
 *   problem: "1 + 2?",
 *   steps: [{ action: "**How much?** 1 + 2 = 3", title: "How much?" }],
 *   answer: "3",
 * }]);
 * ```
 */
export async function loadTrajectories(
  source: RowSource,
  options: LoadOptions = {},
): Promise<LoadedTrajectories> {
  const rows = await readRows(source, options, "solution");
  const rewrites = await rewriteFailed(rows, options, source.name);
  const ledger = new Ledger(source.name);
  const trajectories: Trajectory[] = [];
  let introductions = 0;
  for (const row of rows) {
    if ("reason" in row) {
      ledger.drop(row);
      continue;
    }
    const rewrite = rewrites.get(row);
    const parsed = rewrite?.ok ? rewrite.parsed : row.parsed;
    if (!parsed.ok) {
      ledger.drop(droppedOf(row, parsed, rewrite));
      continue;
    }
    if (parsed.steps.length > MOST_ACTIONS) {
      const detail =
        `it has ${parsed.steps.length} steps; at most ${MOST_ACTIONS} can be trained on`;
      ledger.drop({ row: row.row, id: row.id, reason: "too-many-steps", detail });
      continue;
    }
    const trajectory = trajectoryOf(row, parsed, rewrite?.ok ? rewrite.text : null);
    const written = trajectory.steps.flatMap((
      { action, observation = "" },
    ) => [action, observation]);
    const tag = formatTagIn([trajectory.problem, ...written]);
    if (tag !== null) {
      const detail = `the problem or a step holds ${tag}, which belongs to the output format`;
      ledger.drop({ row: row.row, id: row.id, reason: "reserved-tag", detail });
      continue;
    }
    ledger.use({ rewritten: rewrite !== undefined });
    if (parsed.intro !== "") introductions++;
    trajectories.push(trajectory);
  }
  return { trajectories, ledger, introductions };
}

/** The parser that options name, or their mapping's own. */
function parserOf({ mapping = "generic", parser }: LoadOptions): Promise<StepParser> {
  return openParser(parser ?? openMapping(mapping).parser);
}

/**
 * Every row, parsed, or dropped already.
 *
 * @param need What a row cannot do without.
 * @throws {InputError} as {@link loadTrajectories}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openSource } from "./sources/open_source.ts";
 *
 * const source = await openSource({ rows: [{ problem: "1 + 2?", answer: 3 }] });
 * const [read] = await readRows(source, {}, "answer");
 * assertEquals(read !== undefined && "parsed" in read && read.mapped.answer, "3");
 * ```
 */
export async function readRows(
  source: RowSource,
  options: Pick<LoadOptions, "mapping" | "parser">,
  need: RowNeed,
): Promise<(Solved | DroppedRow)[]> {
  const { mapping: declared = "generic" } = options;
  const mapping = openMapping(declared);
  const parser = await parserOf(options);
  const rows: (Solved | DroppedRow)[] = [];
  const ids = new Map<string, number>();
  for await (const { row, place, value } of source.rows()) {
    const mapped = map(mapping, value, place, declared, need);
    const id = mapped.id ?? `line-${row}`;
    const earlier = ids.get(id);
    if (earlier !== undefined) {
      throw new InputError(
        `${place}: field "id": ${JSON.stringify(id)} is the id of line ${earlier} already`,
      );
    }
    ids.set(id, row);
    if (mapped.ok) rows.push({ row, id, mapped, parsed: parse(parser, mapped.solution, place) });
    else rows.push({ row, id, reason: mapped.reason, detail: ROW_FAULTS[mapped.reason] });
  }
  return rows;
}

function map(
  mapping: Mapping,
  value: unknown,
  place: string,
  declared: MappingDeclaration,
  need: RowNeed,
): MappedRow {
  try {
    return mapping.map(value, place, need);
  } catch (error) {
    const advice = error instanceof InputError && declared === "generic" ? adviceOn(value) : "";
    if (advice === "") throw error;
    throw new InputError(`${(error as InputError).message}; ${advice}`);
  }
}

function parse(
  parser: StepParser,
  solution: Solved["mapped"]["solution"],
  place: string,
): ParsedSteps {
  if (typeof solution === "object" && "steps" in solution) {
    return { ok: true, steps: solution.steps, intro: "" };
  }
  return parseWritten(parser, solution, place);
}

/** A user's parser names its module; where it failed is added here. */
function parseWritten(parser: StepParser, solution: Solution, place: string): ParsedSteps {
  try {
    return parser(solution);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${place}: ${error.message}`);
    throw error;
  }
}

function droppedOf(
  { row, id }: Solved,
  { reason, text }: ParsedSteps & { readonly ok: false },
  rewrite: Rewrite | undefined,
): DroppedRow {
  if (rewrite === undefined || rewrite.ok) return { row, id, reason, detail: text };
  if (rewrite.fault === null) return { row, id, reason: TEACHER_NOT_ASKED, detail: text };
  return { row, id, reason: "teacher-rejected", detail: `${text}; ${rewrite.fault}` };
}

/** `rewritten` is the teacher's text, where the steps are its. */
function trajectoryOf(
  { id, mapped }: Solved,
  { steps, answer: announced }: ParsedSteps & { readonly ok: true },
  rewritten: string | null,
): Trajectory {
  const { problem, solution, answer, reasoning } = mapped;
  const boxed = typeof solution === "string" ? lastBoxed(solution) : null;
  // What the row says comes before what a teacher makes of it.
  const found = rewritten === null
    ? announced ?? boxed
    : boxed ?? announced ?? lastBoxed(rewritten);
  return {
    id,
    problem,
    steps,
    answer: answer ?? found ?? "",
    ...(rewritten === null ? {} : { rewritten: true }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

/** What a teacher makes of the texts that do not parse; nothing without one. */
async function rewriteFailed(
  rows: readonly (Solved | DroppedRow)[],
  options: LoadOptions,
  place: string,
): Promise<Map<Solved, Rewrite>> {
  const { teacher } = options;
  if (teacher === undefined) return new Map();
  const parser = await parserOf(options);
  const failed: Solved[] = [];
  const originals: Original[] = [];
  for (const row of rows) {
    if (!("parsed" in row) || row.parsed.ok) continue;
    const { problem, solution, answer } = row.mapped;
    // A conversation is nothing that a teacher could write anew.
    if (typeof solution !== "string") continue;
    failed.push(row);
    originals.push({ problem, solution, answer });
  }
  const rewrites = await rewriteSolutions(
    originals,
    teacher,
    (text) => parseWritten(parser, text, place),
  );
  return new Map(failed.map((row, at) => [row, rewrites[at]!]));
}
