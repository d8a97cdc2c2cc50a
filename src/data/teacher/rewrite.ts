/** @file Solutions that do not parse, rewritten by a teacher and checked as if anybody had written them. */
import { lastBoxed } from "../answer_extraction.ts";
import type { ParsedSteps } from "../steps/parser.ts";
import { finalAnswer, sameAnswer } from "./final_answer.ts";
import type { RawSolution } from "./messages.ts";
import type { Teacher, TeacherReply } from "./teacher.ts";

/** A solution to rewrite. */
export interface Original extends RawSolution {
  /** The answer that its row gives; null where it gives none. */
  readonly answer: string | null;
}

/** A rewritten solution, or why it is none. */
export type Rewrite =
  | {
    /** It parses and ends in the original's answer. */
    readonly ok: true;
    /** The text. */
    readonly text: string;
    /** Its steps. */
    readonly parsed: ParsedSteps & { readonly ok: true };
  }
  | {
    /** It is not to be used. */
    readonly ok: false;
    /** What is wrong with it; null where the teacher was not asked. */
    readonly fault: string | null;
  };

/**
 * Checks what a teacher wrote: it must be whole, parse, and end in the answer of the original: what that has in its last
 * `\boxed{}`, else what its row gives, else what it announces. Without an answer to compare nothing is accepted.
 *
 * @param parse The parser that the original failed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { numberedSteps } from "../steps/numbered.ts";
 *
 * const original = { problem: "1+1?", solution: "Clearly 2. The answer is 2.", answer: null };
 * const check = (text: string) => checkRewrite({ text, finish: "stop" }, original, numberedSteps);
 * assertEquals(check("1. **Add** 1 + 1 = 2\n2. **Answer** \\boxed{2}").ok, true);
 * assertEquals(check("1. **Add** 1 + 1 = 3\n2. **Answer** \\boxed{3}"), {
 *   ok: false,
 *   fault: 'it ends in "3", the original in "2."',
 * });
 * ```
 */
export function checkRewrite(
  { text, finish }: TeacherReply,
  original: Original,
  parse: (solution: string) => ParsedSteps,
): Rewrite {
  const rejected = (fault: string): Rewrite => ({ ok: false, fault });
  if (text.trim() === "") return rejected("the teacher wrote nothing");
  if (finish === "length") return rejected("the teacher's text is cut off");
  const parsed = parse(text);
  if (!parsed.ok) return rejected(`the teacher's text: ${parsed.text}`);
  const { solution, answer } = original;
  const expected = lastBoxed(solution) ?? answer ?? finalAnswer(solution);
  if (expected === null) return rejected("there is no answer to check the teacher's text by");
  const found = finalAnswer(text);
  if (found === null || !sameAnswer(found, expected)) {
    return rejected(`it ends in ${quote(found)}, the original in ${quote(expected)}`);
  }
  return { ok: true, text, parsed };
}

/**
 * Has solutions rewritten, as many at once as the teacher's declaration says, and checks each.
 *
 * @returns One for each original, in their order.
 * @throws {InputError} as the teacher does, for the first that it cannot answer; what is under way is then ended.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { numberedSteps } from "../steps/numbered.ts";
 * import { Teacher } from "./teacher.ts";
 *
 * const teacher = new Teacher({ baseUrl: "http://localhost/v1", model: "m", keyVariable: null, concurrency: 4 });
 * assertEquals(await rewriteSolutions([], teacher, numberedSteps), []);
 * ```
 */
export async function rewriteSolutions(
  originals: readonly Original[],
  teacher: Teacher,
  parse: (solution: string) => ParsedSteps,
): Promise<Rewrite[]> {
  const rewrites: Rewrite[] = [];
  const stop = new AbortController();
  const queue = originals.entries();
  const work = async () => {
    for (const [at, original] of queue) {
      if (stop.signal.aborted) return;
      const reply = await teacher.reply(original, stop.signal);
      rewrites[at] = reply === null
        ? { ok: false, fault: null }
        : checkRewrite(reply, original, parse);
    }
  };
  const workers = Array.from({ length: teacher.concurrency }, async () => {
    try {
      await work();
    } catch (error) {
      // The first error is the cause; the others come of being ended by it.
      if (!stop.signal.aborted) stop.abort(error);
    }
  });
  await Promise.all(workers);
  stop.signal.throwIfAborted();
  return rewrites;
}

function quote(answer: string | null): string {
  return answer === null ? "no answer" : JSON.stringify(answer.slice(0, 60));
}
