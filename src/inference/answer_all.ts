/** @file Every request answered, none of them twice. */
import type { Inference, InferenceAnswer, InferenceRequest } from "./inference.ts";
import { type Journal, journalKey } from "./journal.ts";

/** How far it is. */
export interface AnswerProgress {
  /** Requests that have their answer. */
  readonly done: number;
  /** All of them. */
  readonly total: number;
  /** Of those done, how many the journal had before. */
  readonly kept: number;
}

/**
 * Answers of all requests, in their order: those that the journal has are taken from it, the others are asked for and kept in
 * it one by one. Requests that differ in nothing but their `id` share one answer.
 *
 * @param report Told before the first is asked, and after each answer.
 * @throws {InputError} as the inference does; what was answered until then is in the journal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Inference } from "./inference.ts";
 * import { Journal } from "./journal.ts";
 *
 * const asked: string[] = [];
 * const echo: Inference = {
 *   identity: { model: "echo" },
 *   async answer(requests, take) {
 *     for (const [place, { prompt }] of requests.entries()) {
 *       asked.push(prompt.user);
 *       await take(place, { text: prompt.user, tokens: 1, truncated: false });
 *     }
 *   },
 * };
 * const request = (user: string) => ({
 *   id: user, prompt: { system: "", user }, temperature: 0, seed: 0, maxTokens: null,
 * });
 * const path = await Deno.makeTempFile();
 * for (const users of [["a", "b"], ["b", "c"]]) {
 *   using journal = await Journal.open(path);
 *   const answers = await answerAll(echo, users.map(request), journal);
 *   assertEquals(answers.map(({ text }) => text), users);
 * }
 * assertEquals(asked, ["a", "b", "c"]);
 * ```
 */
export async function answerAll(
  inference: Inference,
  requests: readonly InferenceRequest[],
  journal: Journal,
  report: (progress: AnswerProgress) => void = () => {},
): Promise<InferenceAnswer[]> {
  const keys = requests.map((request) => journalKey(inference.identity, request));
  const missing = new Map<string, { request: InferenceRequest; shared: number }>();
  keys.forEach((key, i) => {
    if (journal.get(key) !== undefined) return;
    const shared = (missing.get(key)?.shared ?? 0) + 1;
    missing.set(key, { request: requests[i]!, shared });
  });
  const total = requests.length;
  const kept = total - [...missing.values()].reduce((sum, { shared }) => sum + shared, 0);
  let done = kept;
  report({ done, total, kept });
  const asked = [...missing];
  await inference.answer(asked.map(([, { request }]) => request), (place, answer) => {
    const [key, { shared }] = asked[place]!;
    journal.append(key, answer);
    done += shared;
    report({ done, total, kept });
    return Promise.resolve();
  });
  return keys.map((key, i) => {
    const answer = journal.get(key);
    if (answer === undefined) throw new Error(`${requests[i]!.id}: it was not answered`);
    return answer;
  });
}
