/** @file Inference with a model behind any OpenAI-compatible server (vLLM, SGLang, llama.cpp, …). */
import type { OpenAI } from "openai";
import { InputError } from "../errors.ts";
import type { Inference, InferenceRequest, TakeAnswer } from "./inference.ts";
import { backOff } from "./back_off.ts";
import { judgeFailure, passes, type ServerFailure } from "./server_failure.ts";
import { chooseModel, listModels } from "./server_models.ts";
import { plainSampling, type SamplingFields } from "./server_sampling.ts";
import { streamCompletion } from "./stream_completion.ts";

/** Which server, and how it is asked. */
export interface ServerOptions {
  /** Address of the endpoint, e.g. `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  /** Name of the model there. Default: the only one that the server has. */
  readonly model?: string;
  /** Environment variable that has the key. Default: no key is sent. */
  readonly keyVariable?: string;
  /** Most requests at once: as many as the server decodes at once, since those that wait there may be taken for silence. Default 8. */
  readonly concurrency?: number;
  /** Seconds to wait for the first token of an answer, and for each next one. Default 300. */
  readonly patience?: number;
  /** How often one request is tried before the run fails. Default 8: with the pauses between, about a minute. */
  readonly attempts?: number;
  /** Seconds before the second try; each later pause is twice as long, at most 30 s, unless the server says when. Default 0.5. */
  readonly pause?: number;
  /** Told of each request that will be tried again, and why. */
  readonly report?: (line: string) => void;
}

/**
 * Answers with a model behind a server, some requests at once. What may pass (a dropped or refused connection, 408, 409, 425, 429, 5xx,
 * silence, a broken answer) is tried again after a growing pause; what will not is one error. Once there is an error nothing new is asked,
 * but what is under way may end, so that it need not be asked again.
 */
export class ServerInference implements Inference {
  readonly identity: Inference["identity"];
  /** Name of the model. */
  readonly model: string;
  /** Whether samples are drawn from the whole distribution; false for a server whose fields for that are not known. */
  readonly plain: boolean;
  readonly #openai: typeof import("openai");
  readonly #client: OpenAI;
  readonly #options: Required<Omit<ServerOptions, "model" | "keyVariable">>;
  readonly #sampling: SamplingFields;

  private constructor(
    openai: typeof import("openai"),
    client: OpenAI,
    options: Required<Omit<ServerOptions, "model" | "keyVariable">>,
    model: string,
    sampling: SamplingFields | null,
  ) {
    this.#openai = openai;
    this.#client = client;
    this.#options = options;
    this.model = model;
    this.plain = sampling !== null;
    this.#sampling = sampling ?? {};
    // Not the address: the same model may be served elsewhere tomorrow.
    this.identity = { model, sampling: JSON.stringify(this.#sampling) };
  }

  /**
   * Asks a server what it has, and finds the model there.
   *
   * @throws {InputError} for a key that is missing or refused, a server that cannot be reached or is none, and a model that it does not have.
   *
   * @example
   * ```ts
   * import { assertRejects } from "@std/assert";
   *
   * await assertRejects(
   *   () => ServerInference.connect({ baseUrl: "http://127.0.0.1:1/v1" }),
   *   Error,
   *   "http://127.0.0.1:1/v1: cannot reach the server",
   * );
   * ```
   */
  static async connect(declared: ServerOptions): Promise<ServerInference> {
    const { model, keyVariable, ...rest } = declared;
    const defaults = { concurrency: 8, patience: 300, attempts: 8, pause: 0.5, report: () => {} };
    const options = { ...defaults, ...rest };
    const key = keyVariable === undefined ? "none" : Deno.env.get(keyVariable);
    if (!key) throw new InputError(`the environment variable ${keyVariable} is not set`);
    const openai = await import("openai");
    const client = new openai.OpenAI({
      baseURL: options.baseUrl,
      apiKey: key,
      // Null takes the header away.
      defaultHeaders: keyVariable === undefined ? { Authorization: null } : {},
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: "off",
    });
    const listed = await listModels(openai, client, options, keyVariable);
    const { id, owner } = chooseModel(listed, model, options.baseUrl);
    return new ServerInference(openai, client, options, id, plainSampling(owner));
  }

  async answer(requests: readonly InferenceRequest[], take: TakeAnswer): Promise<void> {
    let failed: { error: unknown } | null = null;
    const queue = requests.entries();
    const work = async () => {
      for (const [place, request] of queue) {
        if (failed !== null) return;
        await take(place, await this.#ask(request, () => failed !== null));
      }
    };
    const workers = Array.from(
      { length: Math.min(this.#options.concurrency, requests.length) },
      async () => {
        try {
          await work();
        } catch (error) {
          // The first is the cause; what ends after it only follows.
          failed ??= { error };
        }
      },
    );
    await Promise.all(workers);
    if (failed !== null) throw (failed as { error: unknown }).error;
  }

  /** One answer, however many tries it takes; none any more once the run has failed. */
  async #ask(request: InferenceRequest, over: () => boolean) {
    const { attempts, patience, report } = this.#options;
    const { id, prompt, temperature, seed, maxTokens } = request;
    const body = {
      model: this.model,
      messages: [
        ...prompt.system.trim() === "" ? [] : [{ role: "system" as const, content: prompt.system }],
        { role: "user" as const, content: prompt.user },
      ],
      temperature,
      top_p: 1,
      seed,
      ...maxTokens === null ? {} : { max_tokens: maxTokens },
      ...this.#sampling,
    };
    for (let attempt = 1;; attempt++) {
      try {
        return await streamCompletion(this.#client, body, patience);
      } catch (error) {
        if (error instanceof InputError) throw error;
        const failure = judgeFailure(error, this.#openai);
        if (!passes(failure) || attempt === attempts || over()) {
          throw this.#explain(failure, id, attempt);
        }
        const pause = failure.after ?? backOff(attempt, this.#options.pause);
        report(`${id}: ${failure.said}; asking again in ${pause.toFixed(1)} s`);
        await new Promise((end) => setTimeout(end, 1000 * pause));
        if (over()) throw this.#explain(failure, id, attempt);
      }
    }
  }

  #explain(failure: ServerFailure, id: string, tries: number): InputError {
    const what = failure.kind === "context"
      ? `${id} does not fit into the context of ${this.model} with its budget; ask for fewer tokens: ${failure.said}`
      : passes(failure)
      ? `${id}: ${TRIED[failure.kind]}, tried ${tries} ${
        tries === 1 ? "time" : "times"
      }: ${failure.said}`
      : `${REFUSED[failure.kind] ?? "refuses a request"}: ${failure.said}`;
    return new InputError(`${this.#options.baseUrl}: ${what}`);
  }
}

/** What may pass, where it did not. */
const TRIED: Readonly<Record<string, string>> = {
  unreachable: "cannot reach the server any more",
  busy: "the server fails",
  silent: "the server is silent",
  broken: "the server's answers break off",
};

/** What will not pass. */
const REFUSED: Readonly<Record<string, string>> = {
  key: "refuses the key",
  model: "does not have this model, or is no endpoint (addresses end in /v1 mostly)",
};
