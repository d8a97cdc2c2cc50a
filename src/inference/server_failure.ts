/** @file What a failed request means: to be tried again, or to be mended by the user. */
import type { APIError } from "openai";
import { printable } from "../data/check_row.ts";

/** What went wrong. */
export type FailureKind =
  /** The server cannot be reached. */
  | "unreachable"
  /** It has too much to do, is starting, or failed itself. */
  | "busy"
  /** It went silent. */
  | "silent"
  /** Its answer ended before it was whole. */
  | "broken"
  /** It refuses the key. */
  | "key"
  /** It does not have the model. */
  | "model"
  /** The prompt does not fit into the context with its budget. */
  | "context"
  /** It refuses the request for another reason. */
  | "refused";

/** A failed request, judged. */
export interface ServerFailure {
  /** What went wrong. */
  readonly kind: FailureKind;
  /** The server's own words, made safe to print. */
  readonly said: string;
  /** Seconds after which the server wants to be asked again; null where it does not say. */
  readonly after: number | null;
}

/** A server that did not send anything for as long as one is willing to wait. */
export class SilentServer extends Error {
  /** Tells the class where `instanceof` cannot. */
  override name = "SilentServer";
}

/** An answer that is not whole. */
export class BrokenAnswer extends Error {
  /** Tells the class where `instanceof` cannot. */
  override name = "BrokenAnswer";
}

/** Whether the same request may succeed later. */
export function passes({ kind }: Pick<ServerFailure, "kind">): boolean {
  return kind === "unreachable" || kind === "busy" || kind === "silent" || kind === "broken";
}

/** Longest pause that a server may ask for, in seconds. */
const LONGEST_PAUSE = 120;

/** How servers say that a prompt is too long: their codes and types, then their sentences. */
const CONTEXT_CODES = ["context_length_exceeded", "exceed_context_size_error"];
const CONTEXT_WORDS = /context (?:length|size|window)|maximum model length|max_model_len/i;

/**
 * What an error of the client, or of reading its stream, means. `openai` is that package, which is loaded late.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const openai = await import("openai");
 * const headers = new Headers({ "retry-after": "3" });
 * const busy = openai.APIError.generate(429, { error: { message: "slow down" } }, undefined, headers);
 * assertEquals(judgeFailure(busy, openai), { kind: "busy", said: "429 slow down", after: 3 });
 * ```
 */
export function judgeFailure(error: unknown, openai: typeof import("openai")): ServerFailure {
  const said = printable(error instanceof Error ? error.message : String(error));
  const failure = (kind: FailureKind): ServerFailure => ({ kind, said, after: null });
  if (error instanceof SilentServer) return failure("silent");
  if (error instanceof BrokenAnswer) return failure("broken");
  if (error instanceof openai.APIConnectionError) {
    const cause = error.cause instanceof Error ? rootOf(error.cause) : error;
    return { kind: "unreachable", said: printable(cause.message), after: null };
  }
  // Anything else comes of reading the stream: the connection dropped, or what came is no JSON.
  if (!(error instanceof openai.APIError)) return failure("broken");
  const status = error.status ?? statusOf(error.error);
  if (isContext(error, said)) return failure("context");
  if (status === 401 || status === 403) return failure("key");
  if (status === 404) return failure("model");
  if (error.code === "insufficient_quota") return failure("refused");
  if (status === undefined || [408, 409, 425, 429].includes(status) || status >= 500) {
    return { kind: "busy", said, after: pauseOf(error.headers) };
  }
  return failure("refused");
}

function isContext(error: APIError, said: string): boolean {
  const named = [error.code, error.type].some((name) => CONTEXT_CODES.includes(`${name}`));
  return named || CONTEXT_WORDS.test(said);
}

/** The status that an error inside a stream has in its body. */
function statusOf(body: unknown): number | undefined {
  const code = (body as { code?: unknown } | undefined)?.code;
  return typeof code === "number" ? code : undefined;
}

/** Seconds that the headers ask to wait. */
function pauseOf(headers: Headers | undefined): number | null {
  const milliseconds = Number(headers?.get("retry-after-ms") ?? NaN);
  const text = headers?.get("retry-after") ?? "";
  const seconds = /^\d+(?:\.\d+)?$/.test(text)
    ? Number(text)
    : (Date.parse(text) - Date.now()) / 1000;
  const wanted = Number.isNaN(milliseconds) ? seconds : milliseconds / 1000;
  return Number.isNaN(wanted) ? null : Math.min(Math.max(wanted, 0), LONGEST_PAUSE);
}

/** The first cause, which says most: `connection refused` rather than `fetch failed`. */
function rootOf(error: Error): Error {
  let root = error;
  for (let depth = 0; depth < 8 && root.cause instanceof Error; depth++) root = root.cause;
  return root;
}
