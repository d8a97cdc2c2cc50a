/** @file A process that scores rollouts, as its parent sees it. */
import { frame, FrameReader } from "./frames.ts";
import type { FromProcess, ToProcess } from "./protocol.ts";

/** What a process does, told until it is killed. */
export interface RewardProcessListener {
  /** It said something. */
  heard(message: FromProcess): void;
  /** It ended by itself; why, in words. */
  ended(message: string): void;
}

/**
 * A process of its own, because nothing less can be ended: in Deno 2.9 `Worker.terminate()` does not stop a thread that
 * is in an endless loop or in a regular expression, and such a thread keeps its process alive.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const process = new RewardProcess();
 * const { promise, resolve, reject } = Promise.withResolvers<unknown>();
 * process.listen({ heard: resolve, ended: reject });
 * process.send({ type: "reward", declared: { kind: "format", broken: -1, ok: 0 }, resources: {} });
 * assertEquals(await promise, {
 *   type: "ready",
 *   traits: { name: "format", range: [-1, 0], judgesFormat: true, needs: {} },
 * });
 * process.kill();
 * ```
 */
export class RewardProcess {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #stdout: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #listener: RewardProcessListener | null = null;
  /** What nobody caught in it. */
  #failure: string | null = null;
  #killed = false;

  /** Starts it, with all permissions, as the command line has them. */
  constructor() {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", import.meta.resolve("./serve_rewards.ts")],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      // Ctrl-C in a terminal is for the parent, which may want to save what the scores are for; with it this one ends too.
      detached: true,
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#stdout = this.#child.stdout.getReader();
    this.#hear();
  }

  /** Tells this listener alone from now on. */
  listen(listener: RewardProcessListener): void {
    this.#listener = listener;
  }

  /** Tells it something; that it is gone is told by {@link RewardProcessListener.ended}. */
  send(message: ToProcess): void {
    this.#stdin.write(frame(message)).catch(() => {/* The pipe went with the process. */});
  }

  /** Ends it, whatever it does. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    // What it may have started itself could hold the pipes open.
    this.#stdin.abort().catch(() => {/* The pipe went with the process. */});
    this.#stdout.cancel().catch(() => {/* The pipe went with the process. */});
  }

  async #hear(): Promise<void> {
    const frames = new FrameReader<FromProcess>();
    let found = "";
    try {
      for (;;) {
        const { done, value } = await this.#stdout.read();
        if (done || this.#killed) break;
        for (const message of frames.read(value)) {
          if (message.type === "failed") this.#failure = message.message;
          else this.#listener?.heard(message);
        }
      }
    } catch (error) {
      found = `cannot be understood: ${(error as Error).message}`;
    }
    if (this.#killed) return;
    if (found) this.kill();
    const { code, signal } = await this.#child.status;
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    this.#listener?.ended(`reward process: ${found || (this.#failure ?? how)}`);
  }
}
