/** @file Calls to a worker thread that end by a deadline, whatever the worker does. */

/** How a call ended: never silently. */
export type CallOutcome<Value> =
  | {
    /** The worker answered. */
    readonly status: "done";
    /** What it answered. */
    readonly value: Value;
  }
  | {
    /** It was stopped at its deadline; the next call starts another worker. */
    readonly status: "timeout";
    /** The deadline in milliseconds. */
    readonly deadlineMs: number;
  }
  | {
    /** It threw, or the worker itself broke. */
    readonly status: "error";
    /** What was thrown. */
    readonly message: string;
  };

/** What a worker gets and says; see {@link serveCalls}. */
interface Call {
  readonly request: unknown;
}
type Reply = { readonly ready: true } | { readonly value: unknown } | { readonly error: string };

/** A worker that cannot be loaded in this time is broken; loading takes a second on a slow machine. */
const START_MS = 60_000;

/**
 * A worker thread that computes one thing at a time. A thread of its own is needed because nothing else can stop a synchronous
 * computation: timers do not fire while it runs.
 *
 * The worker's module calls {@link serveCalls}. It is started at the first call and again after a timeout or a crash; starting does
 * not count against the deadline.
 */
export class StoppableWorker<Request, Value> implements Disposable {
  readonly #module: URL;
  #worker: Worker | null = null;
  #busy = false;
  /** Told of the end of what is going on. */
  #heard: ((reply: Reply) => void) | null = null;

  /** @param module The worker's module. */
  constructor(module: URL) {
    this.#module = module;
  }

  /**
   * One call.
   *
   * @param deadlineMs Time that it may take once the worker is loaded, at least 1.
   * @throws {Error} Where a call is still going on.
   */
  async call(request: Request, deadlineMs: number): Promise<CallOutcome<Value>> {
    if (this.#busy) throw new Error("the worker is busy: one call at a time");
    this.#busy = true;
    try {
      if (this.#worker === null) {
        const started = await this.#wait(START_MS, () => this.#start());
        if (started === null) return this.#broken(`the worker was not loaded in ${START_MS} ms`);
        if ("error" in started) return this.#broken(started.error);
      }
      const call: Call = { request };
      const reply = await this.#wait(deadlineMs, () => this.#worker!.postMessage(call));
      if (reply === null) {
        this.#stop();
        return { status: "timeout", deadlineMs };
      }
      if ("error" in reply) return { status: "error", message: reply.error };
      if ("value" in reply) return { status: "done", value: reply.value as Value };
      return this.#broken("the worker was loaded twice");
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the thread, also in the middle of a computation; a call that is going on ends with an error. */
  [Symbol.dispose](): void {
    this.#stop();
    this.#heard?.({ error: "the worker was closed" });
  }

  #start(): void {
    this.#worker = new Worker(this.#module, { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#heard?.(data);
    this.#worker.onerror = (event) => {
      // Unheard, it would end the whole program.
      event.preventDefault();
      this.#stop();
      this.#heard?.({ error: event.message });
    };
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #broken(message: string): CallOutcome<Value> {
    this.#stop();
    return { status: "error", message };
  }

  /** The worker's next word after `act`; null where it does not come in time. */
  #wait(milliseconds: number, act: () => void): Promise<Reply | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(null), milliseconds);
      const done = (reply: Reply | null) => {
        clearTimeout(timer);
        this.#heard = null;
        resolve(reply);
      };
      this.#heard = done;
      act();
    });
  }
}

/** The side of the worker, as far as it is used. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Call>) => void) | null;
  postMessage(reply: Reply): void;
}

/**
 * Answers the calls of a {@link StoppableWorker}, in the worker. What `answer` throws goes back as an error.
 *
 * @param answer Computes the reply to a request.
 */
export function serveCalls<Request, Value>(answer: (request: Request) => Value): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => {
    try {
      scope.postMessage({ value: answer(data.request as Request) });
    } catch (error) {
      scope.postMessage({
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      });
    }
  };
  scope.postMessage({ ready: true });
}
