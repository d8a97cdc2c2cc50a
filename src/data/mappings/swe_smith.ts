/** @file Trajectories of software engineering agents as SWE-smith publishes them (Yang et al. 2025, arXiv 2504.21798). */
import { z } from "zod";
import { InputError } from "../../errors.ts";
import type { ChatMessage } from "../steps/parser.ts";
import { checkRow } from "../check_row.ts";
import type { Mapping } from "./mapping.ts";

const part = z.object({ type: z.literal("text"), text: z.string() });

const message = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(part)], {
    error: 'expected a string, or a list of { type: "text", text }',
  }).nullable(),
});

const row = z.object({
  messages: z.union([z.string(), z.array(message)], {
    error: "expected a list of { role, content }",
  }),
  instance_id: z.string().nullish(),
  traj_id: z.string().nullish(),
});

const messageList = z.object({ messages: z.array(message) });

/**
 * `messages` is the conversation (a list, or the same as JSON text); the problem is what the user wrote before the agent's
 * first turn, without the system's message; the agent's turns are the solution. `traj_id`, or else `instance_id`, is the id: there
 * may be several trajectories of one instance. There is no answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const turn = { role: "assistant", content: "<function=submit>\n</function>" };
 * const messages = [{ role: "system", content: "You are …" }, { role: "user", content: "Mend it." }, turn];
 * assertEquals(sweSmith.map({ messages, instance_id: "repo.1" }, "swe.jsonl:1"), {
 *   ok: true,
 *   id: "repo.1",
 *   problem: "Mend it.",
 *   solution: [turn],
 *   answer: "",
 * });
 * ```
 */
export const sweSmith: Mapping = {
  parser: "agent",
  reasoning: false,
  map(value, place) {
    const fields = checkRow(row, value, place);
    const id = fields.traj_id ?? fields.instance_id ?? null;
    const messages = messagesOf(fields.messages, place);
    const first = messages.findIndex(({ role }) => role === "assistant");
    const begun = first === -1 ? messages : messages.slice(0, first);
    const problem = begun.filter(({ role }) => role === "user").map(({ content }) => content)
      .join("\n\n").trim();
    if (problem === "") return { ok: false, id, reason: "no-task" };
    return { ok: true, id, problem, solution: messages.slice(begun.length), answer: "" };
  },
};

function messagesOf(found: z.infer<typeof row>["messages"], place: string): ChatMessage[] {
  const list = typeof found === "string" ? parse(found, place) : found;
  return list.map(({ role, content }) => ({
    role,
    content: typeof content === "string"
      ? content
      : (content ?? []).map(({ text }) => text).join(""),
  }));
}

function parse(json: string, place: string): z.infer<typeof message>[] {
  let messages: unknown;
  try {
    messages = JSON.parse(json);
  } catch {
    throw new InputError(
      `${place}: field "messages": expected a list of messages as JSON, found another text`,
    );
  }
  return checkRow(messageList, { messages }, place).messages;
}
