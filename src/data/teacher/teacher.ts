/** @file A model that rewrites solutions, behind any OpenAI-compatible endpoint; its answers are kept. */
import type { OpenAI } from "openai";
import { InputError } from "../../errors.ts";
import { hashCanonical } from "../../experiment/hash_canonical.ts";
import { readTextIfPresent, replaceWhole } from "../../files.ts";
import { printable } from "../check_row.ts";
import { type RawSolution, teacherMessages } from "./messages.ts";

/** Which model, and where. */
export interface TeacherDeclaration {
  /** Address of an OpenAI-compatible endpoint, e.g. `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  /** Name of the model there. */
  readonly model: string;
  /** Environment variable that has the key; null for an endpoint that wants none. */
  readonly keyVariable: string | null;
  /** Most requests at once. */
  readonly concurrency: number;
}

/** What the surroundings of a teacher are, instead of the usual. */
export interface TeacherOptions {
  /** Folder of the answers. Default `.stepwise/teacher`. */
  readonly cacheDir?: string;
  /** Seconds that one attempt may take. Default 300. */
  readonly timeout?: number;
  /** Path of the declaration, to begin an error with. Default `data.teacher`. */
  readonly field?: string;
  /** Whether what is not kept yet is asked for. Default true; false leaves it unanswered, and sends and writes nothing. */
  readonly asks?: boolean;
  /** Told once, before the first request. Default: written to stderr. */
  readonly report?: (line: string) => void;
}

/** What the teacher wrote. */
export interface TeacherReply {
  /** The text. */
  readonly text: string;
  /** Why it ends, in the endpoint's words: `stop`, or `length` where it was cut off. */
  readonly finish: string;
}

/** How often a request is tried again, with growing pauses, when the endpoint is busy, failing or silent. */
const RETRIES = 2;

/**
 * Asks a model for rewritten solutions. The same model, prompt and solution are asked for once only: the answer is kept under
 * the hash of the three.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * const declared = { baseUrl: "http://localhost/v1", model: "m", keyVariable: "NO_SUCH_KEY", concurrency: 1 };
 * const teacher = new Teacher(declared, { cacheDir: await Deno.makeTempDir() });
 * await assertRejects(
 *   () => teacher.reply({ problem: "1+1?", solution: "It is 2." }),
 *   Error,
 *   "data.teacher.keyVariable: the environment variable NO_SUCH_KEY is not set",
 * );
 * ```
 */
export class Teacher {
  /** Most requests at once; who asks keeps to it. */
  readonly concurrency: number;
  readonly #declared: TeacherDeclaration;
  readonly #cacheDir: string;
  readonly #timeout: number;
  readonly #field: string;
  readonly #asks: boolean;
  readonly #report: (line: string) => void;
  #client: Promise<OpenAI> | undefined;

  /** Takes the declaration; nothing is asked before the first solution. */
  constructor(declared: TeacherDeclaration, options: TeacherOptions = {}) {
    this.concurrency = declared.concurrency;
    this.#declared = declared;
    this.#cacheDir = options.cacheDir ?? ".stepwise/teacher";
    this.#timeout = options.timeout ?? 300;
    this.#field = options.field ?? "data.teacher";
    this.#asks = options.asks ?? true;
    this.#report = options.report ?? ((line) => console.error(line));
  }

  /**
   * The teacher's answer to a solution, kept or new; null where it is not kept and nothing may be asked.
   *
   * @param signal Ends the request.
   * @throws {InputError} that names the field to mend: for a missing or refused key, a model that the endpoint does not have,
   * an endpoint that cannot be reached, fails or does not answer, also when tried again.
   */
  async reply(raw: RawSolution, signal?: AbortSignal): Promise<TeacherReply | null> {
    const messages = teacherMessages(raw);
    const { model } = this.#declared;
    const key = hashCanonical({ model, messages });
    const path = `${this.#cacheDir}/${key}.json`;
    const kept = await readKept(path);
    if (kept !== null || !this.#asks) return kept;
    const client = await (this.#client ??= this.#open());
    const reply = await this.#ask(client, messages, signal);
    await Deno.mkdir(this.#cacheDir, { recursive: true });
    const text = `${JSON.stringify({ model, ...reply }, null, 2)}\n`;
    await replaceWhole(path, (temporary) => Deno.writeTextFile(temporary, text));
    return reply;
  }

  async #open(): Promise<OpenAI> {
    const { baseUrl, keyVariable } = this.#declared;
    const key = keyVariable === null ? "none" : Deno.env.get(keyVariable);
    if (!key) {
      throw new InputError(
        `${this.#field}.keyVariable: the environment variable ${keyVariable} is not set`,
      );
    }
    this.#report(`asking ${this.#declared.model} at ${baseUrl} to rewrite what does not parse`);
    const { OpenAI } = await import("openai");
    return new OpenAI({
      baseURL: baseUrl,
      apiKey: key,
      // Null takes the header away.
      defaultHeaders: keyVariable === null ? { Authorization: null } : {},
      organization: null,
      project: null,
      maxRetries: RETRIES,
      timeout: 1000 * this.#timeout,
      logLevel: "off",
    });
  }

  async #ask(
    client: OpenAI,
    messages: ReturnType<typeof teacherMessages>,
    signal: AbortSignal | undefined,
  ): Promise<TeacherReply> {
    const { model } = this.#declared;
    // The client's own time-out ends with the head of an answer.
    const end = AbortSignal.timeout(1000 * (RETRIES + 2) * this.#timeout);
    try {
      const completion = await client.chat.completions.create(
        { model, messages, temperature: 0 },
        { signal: signal === undefined ? end : AbortSignal.any([signal, end]) },
      );
      const [choice] = completion.choices ?? [];
      if (typeof choice?.message?.content !== "string") {
        throw new InputError(`${this.#field}.baseUrl: ${this.#place} answers without a message`);
      }
      return { text: choice.message.content, finish: choice.finish_reason };
    } catch (error) {
      if (signal?.aborted || error instanceof InputError) throw error;
      throw await this.#explain(error);
    }
  }

  get #place(): string {
    return this.#declared.baseUrl;
  }

  async #explain(error: unknown): Promise<InputError> {
    const { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } =
      await import("openai");
    const { model, keyVariable } = this.#declared;
    const fail = (key: string, text: string) => new InputError(`${this.#field}.${key}: ${text}`);
    if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) {
      const times = `${this.#timeout} s, asked ${RETRIES + 1} times`;
      return fail("baseUrl", `${this.#place} does not answer within ${times}`);
    }
    const said = printable(error instanceof Error ? error.message : String(error));
    if (error instanceof APIConnectionError) {
      const cause = error.cause instanceof Error ? `: ${printable(error.cause.message)}` : "";
      return fail("baseUrl", `cannot reach ${this.#place}${cause}`);
    }
    if (!(error instanceof APIError)) return fail("baseUrl", `${this.#place}: ${said}`);
    if (error.status === 401 || error.status === 403) {
      const mend = keyVariable === null ? "declare one" : `look at ${keyVariable}`;
      return fail("keyVariable", `${this.#place} refuses the key; ${mend}: ${said}`);
    }
    if (error.status === 404) {
      return fail(
        "model",
        `found ${JSON.stringify(model)}, which ${this.#place} does not have: ${said}`,
      );
    }
    return fail("baseUrl", `${this.#place} fails: ${said}`);
  }
}

async function readKept(path: string): Promise<TeacherReply | null> {
  const text = await readTextIfPresent(path);
  if (text === null) return null;
  try {
    const kept = JSON.parse(text);
    return { text: String(kept.text), finish: String(kept.finish) };
  } catch {
    throw new InputError(`${path}: not JSON; remove it to have it asked for anew`);
  }
}
