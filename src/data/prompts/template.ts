/** @file A prompt template: text with named slots. */
import { InputError } from "../../errors.ts";
import { nearest } from "../../experiment/nearest.ts";

/** Which slots a template has to have, and which it may have. */
export interface TemplateSlots {
  /** Each must be there at least once. */
  readonly required: readonly string[];
  /** Each may be there. */
  readonly optional: readonly string[];
}

/** What is between two slots, or a slot's name. */
interface Part {
  readonly text: string;
  readonly slot: boolean;
}

const SLOT = /\{\{([^{}\n]*)\}\}/g;

/**
 * Text with slots, each written `{{name}}`. A paragraph (lines between empty ones) whose slots are all empty is left out;
 * there is no other logic. What is put into a slot is data: slots in it are not filled.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Problem:\n{{problem}}\n\nSteps so far:\n{{steps}}\n\nGo on.";
 * const template = new PromptTemplate(text, "mine.md", { required: ["problem"], optional: ["steps"] });
 * assertEquals(template.fill({ problem: "{{steps}}?", steps: "" }), "Problem:\n{{steps}}?\n\nGo on.");
 * ```
 */
export class PromptTemplate {
  /** The file that it was read from. */
  readonly file: string;
  /** Names of its slots. */
  readonly slots: ReadonlySet<string>;
  readonly #paragraphs: readonly (readonly Part[])[];

  /**
   * Reads a template.
   *
   * @param text Its text; white space around it and carriage returns do not count.
   * @param file What errors name.
   * @param slots What it must and may have.
   * @throws {InputError} naming file, line and slot, for an unknown or a missing one and for braces that never close.
   */
  constructor(text: string, file: string, slots: TemplateSlots) {
    this.file = file;
    const lines = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n").split("\n");
    const known = [...slots.required, ...slots.optional];
    const found = new Set<string>();
    for (const [i, line] of lines.entries()) {
      for (const [, name] of line.matchAll(SLOT)) {
        const slot = name!.trim();
        if (!known.includes(slot)) {
          throw new InputError(`${file}:${i + 1}: ${unknown(slot, known)}`);
        }
        found.add(slot);
      }
      if (line.replaceAll(SLOT, " ").includes("{{")) {
        throw new InputError(`${file}:${i + 1}: found {{ that begins no slot; expected {{name}}`);
      }
    }
    const missing = slots.required.find((slot) => !found.has(slot));
    if (missing !== undefined) {
      throw new InputError(`${file}: expected the slot {{${missing}}}, found none of this name`);
    }
    this.slots = found;
    this.#paragraphs = paragraphs(lines).map((paragraph) =>
      // Every other piece is a slot's name.
      paragraph.split(SLOT).map((piece, at) =>
        at % 2 === 1 ? { text: piece.trim(), slot: true } : { text: piece, slot: false }
      )
    );
  }

  /**
   * The text for some values, without white space around it.
   *
   * @param values What is put into the slots; white space at the ends of each does not count.
   * @throws {InputError} for a value that is not empty and has no slot: what is to be said must be said.
   */
  fill(values: Readonly<Record<string, string>>): string {
    const trimmed = new Map(Object.entries(values).map(([name, text]) => [name, text.trim()]));
    for (const name of this.slots) {
      if (!trimmed.has(name)) throw new TypeError(`${this.file}: no value for {{${name}}}`);
    }
    return this.#paragraphs.filter((parts) => {
      const slots = parts.filter(({ slot }) => slot);
      return slots.length === 0 || slots.some(({ text }) => trimmed.get(text) !== "");
    }).map((parts) => parts.map(({ text, slot }) => slot ? trimmed.get(text)! : text).join(""))
      .join("\n\n").trim();
  }
}

function unknown(slot: string, known: readonly string[]): string {
  const near = nearest(slot, known);
  const advice = near !== undefined
    ? `did you mean {{${near}}}?`
    : known.length === 0
    ? "this template has no slots"
    : `expected ${known.map((name) => `{{${name}}}`).join(", ")}`;
  return `unknown slot {{${slot}}}; ${advice}`;
}

/** Lines between empty ones, joined. */
function paragraphs(lines: readonly string[]): string[] {
  const made: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === "") made.push([]);
    else made.at(-1)!.push(line);
  }
  return made.filter((paragraph) => paragraph.length > 0).map((paragraph) => paragraph.join("\n"));
}
