/** @file MLflow's REST API, as much of it as tracking needs. */

/** Longest time that one request may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** The server answered, and refused: asking again would change nothing. */
export class MlflowRefusal extends Error {
  /** Tells it from a server that could not be reached. */
  override name = "MlflowRefusal";

  /** `code` is MLflow's `error_code`, e.g. `RESOURCE_DOES_NOT_EXIST`. */
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/** Answers of MLflow, as far as they are read. */
export interface MlflowAnswers {
  /** `experiments/get-by-name`. */
  readonly "experiments/get-by-name": {
    /** The experiment. */
    readonly experiment: { readonly experiment_id: string; readonly lifecycle_stage: string };
  };
  /** `experiments/create`. */
  readonly "experiments/create": { readonly experiment_id: string };
  /** `runs/create`. */
  readonly "runs/create": { readonly run: { readonly info: { readonly run_id: string } } };
  /** `runs/search`. */
  readonly "runs/search": {
    /** Absent where none is found. */
    readonly runs?: readonly {
      readonly info: { readonly run_id: string; readonly status: string };
    }[];
  };
  /** `runs/log-batch`. */
  readonly "runs/log-batch": unknown;
  /** `runs/update`. */
  readonly "runs/update": unknown;
}

/**
 * Calls `/api/2.0/mlflow/…` of a server.
 *
 * @throws {MlflowRefusal} where the server answers that the request is wrong (status 400 to 499, but 408 and 429).
 * @throws {Error} where it cannot be reached, does not answer in ten seconds, or fails.
 */
export class MlflowClient {
  readonly #base: string;

  /** Takes the server's address, e.g. `http://127.0.0.1:5000`. */
  constructor(url: string) {
    this.#base = `${url.replace(/\/+$/, "")}/api/2.0/mlflow`;
  }

  /** Asks with parameters in the address. */
  get<Path extends keyof MlflowAnswers>(
    path: Path,
    query: Readonly<Record<string, string>>,
  ): Promise<MlflowAnswers[Path]> {
    return this.#call(path, `${this.#base}/${path}?${new URLSearchParams(query)}`, {});
  }

  /** Asks with a JSON body. */
  post<Path extends keyof MlflowAnswers>(path: Path, body: object): Promise<MlflowAnswers[Path]> {
    return this.#call(path, `${this.#base}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async #call<Path extends keyof MlflowAnswers>(
    path: Path,
    url: string,
    init: RequestInit,
  ): Promise<MlflowAnswers[Path]> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { ...init, signal }).catch((error) => {
      throw unreachable(error);
    });
    const text = await response.text();
    if (response.ok) {
      try {
        return JSON.parse(text);
      } catch {
        throw new Error(`${path}: its answer is not JSON: is this an MLflow server?`);
      }
    }
    const [code, message] = errorIn(text);
    const { status } = response;
    const said = `${path}: status ${status}${message && `: ${message}`}`;
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      throw new MlflowRefusal(code, said);
    }
    throw new Error(said);
  }
}

/** Why nobody answered: what `fetch` gives as the cause says it, without the address, which is known. */
function unreachable(error: Error): Error {
  const { message } = error.cause instanceof Error ? error.cause : error;
  const said = message.split(": ").at(-1)!.replace(/ \(os error \d+\)$/, "");
  return new Error(said, { cause: error });
}

/** MLflow's error code and message; empty where the answer is another server's. */
function errorIn(text: string): [string, string] {
  try {
    const { error_code, message } = JSON.parse(text);
    return [String(error_code ?? ""), String(message ?? "").split("\n", 1)[0]!.slice(0, 300)];
  } catch {
    return ["", ""];
  }
}
