/** @file A server that answers as MLflow does, or as it is told. */

/** What a request was. */
export interface Asked {
  /** Path below `/api/2.0/mlflow/`. */
  readonly path: string;
  /** Body; null of a GET. */
  readonly body: Record<string, unknown> | null;
}

/** A server on this machine. */
export class FakeMlflow implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** Answers instead of MLflow, where it gives one. */
  instead: (asked: Asked) => Response | null = () => null;
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => this.#answer(request),
  );

  /** Its address. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Bodies of the requests of a path. */
  bodies(path: string): Record<string, unknown>[] {
    return this.asked.filter((asked) => asked.path === path).map(({ body }) => body!);
  }

  async #answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace("/api/2.0/mlflow/", "");
    const asked = { path, body: request.method === "GET" ? null : await request.json() };
    this.asked.push(asked);
    const instead = this.instead(asked);
    if (instead) return instead;
    const answers: Record<string, unknown> = {
      "experiments/get-by-name": { experiment: { experiment_id: "7", lifecycle_stage: "active" } },
      "runs/create": { run: { info: { run_id: `run ${this.bodies("runs/create").length}` } } },
    };
    return Response.json(answers[path] ?? {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
