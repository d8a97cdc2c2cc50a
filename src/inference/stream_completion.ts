/** @file One completion as a stream, so that a server that went silent is told from one that writes at length. */
import type { OpenAI } from "openai";
import { InputError } from "../errors.ts";
import type { InferenceAnswer } from "./inference.ts";
import { BrokenAnswer, SilentServer } from "./server_failure.ts";

/** Fields of a request, but for those that make it a stream. */
export type CompletionBody = Omit<
  OpenAI.ChatCompletionCreateParamsNonStreaming,
  "stream" | "stream_options"
>;

/** Characters after which a server is taken for one that does not stop. */
const MOST_TEXT = 2 ** 24;

/** What a delta may hold: servers that take the monologue out of the content send it under one of two names. */
interface Delta {
  readonly content?: string | null;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
}

/**
 * Asks for one completion and reads it. A monologue that the server has taken out is put back as `<think>…</think>`.
 *
 * @param patience Seconds to wait for the first token, and for each next one.
 * @throws {SilentServer} where nothing came for so long.
 * @throws {BrokenAnswer} where the stream ended without a reason why the completion ends.
 * @throws {InputError} where the server does not say how many tokens it wrote, or does not stop. Errors of the client pass through.
 */
export async function streamCompletion(
  client: OpenAI,
  body: CompletionBody,
  patience: number,
): Promise<InferenceAnswer> {
  const silence = new AbortController();
  const wait = () => setTimeout(() => silence.abort(), 1000 * patience);
  let timer = wait();
  const text = { content: "", reasoning: "" };
  let finish: string | null = null;
  let tokens: number | undefined;
  try {
    const stream = await client.chat.completions.create(
      { ...body, stream: true, stream_options: { include_usage: true } },
      // The client's own time-out would end with the head of the answer.
      { signal: silence.signal, timeout: 2000 * patience, maxRetries: 0 },
    );
    for await (const chunk of stream) {
      const [choice] = chunk.choices ?? [];
      const delta = choice?.delta as Delta | undefined;
      const content = delta?.content ?? "";
      const reasoning = delta?.reasoning_content ?? delta?.reasoning ?? "";
      text.content += content;
      text.reasoning += reasoning;
      finish = choice?.finish_reason ?? finish;
      tokens = chunk.usage?.completion_tokens ?? tokens;
      if (text.content.length + text.reasoning.length > MOST_TEXT) {
        throw new InputError(
          `${client.baseURL}: an answer has more than ${MOST_TEXT} characters; ask for fewer tokens`,
        );
      }
      // A chunk with nothing in it keeps a connection open, and is no sign of life.
      if (content === "" && reasoning === "" && finish === null) continue;
      clearTimeout(timer);
      timer = wait();
    }
  } catch (error) {
    if (!silence.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  if (silence.signal.aborted) throw new SilentServer(`nothing came for ${patience} s`);
  // vLLM ends so what it could not go on with.
  if (finish === null || finish === "abort") {
    throw new BrokenAnswer("the answer ended before it was whole");
  }
  if (tokens === undefined) {
    throw new InputError(
      `${client.baseURL}: it does not count tokens; expected \`usage\` at the end of a stream (stream_options.include_usage)`,
    );
  }
  const thought = text.reasoning === "" ? "" : `<think>${text.reasoning}</think>`;
  return { text: thought + text.content, tokens, truncated: finish === "length" };
}
