/** @file The teacher's prompt as chat messages. */
import prompt from "./prompt.md" with { type: "text" };

/** One message of a chat. */
export interface ChatMessage {
  /** Who says it. */
  readonly role: "system" | "user" | "assistant";
  /** What. */
  readonly content: string;
}

/** What a teacher is to rewrite. */
export interface RawSolution {
  /** The problem. */
  readonly problem: string;
  /** Its solution, in any form. */
  readonly solution: string;
}

const TEMPLATE = prompt.split(/^# (system|user|assistant)$/m).slice(1);

/**
 * The chat that asks for a solution in numbered steps: rules, two worked examples (`prompt.md`), the solution.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const messages = teacherMessages({ problem: "1+1?", solution: "It is {{problem}}." });
 * assertEquals(messages.map(({ role }) => role), ["system", "user", "assistant", "user", "assistant", "user"]);
 * assertEquals(messages.at(-1)?.content, "Problem:\n\n1+1?\n\nSolution:\n\nIt is {{problem}}.");
 * ```
 */
export function teacherMessages(raw: RawSolution): ChatMessage[] {
  return Array.from({ length: TEMPLATE.length / 2 }, (_, at) => ({
    role: TEMPLATE[2 * at] as ChatMessage["role"],
    // In one pass: what is filled in is not looked at again.
    content: TEMPLATE[2 * at + 1]!.trim()
      .replace(/\{\{(problem|solution)\}\}/g, (_, slot: keyof RawSolution) => raw[slot].trim()),
  }));
}
