/** @file The Python process that a benchmark compares with. */
import { PYTHON } from "../tests/python/environment.ts";

/** What the reference answers. */
export interface ReferenceResult {
  /** Median time of one repetition. */
  readonly seconds: number;
  /** Peak memory of its process, in bytes. */
  readonly peak: number;
  /** What it is. */
  readonly versions: string;
}

/** Why there is no reference here, or null where there is one. */
export async function missingReference(): Promise<string | null> {
  try {
    const { success } = await new Deno.Command(PYTHON, {
      args: ["-c", "import torch, transformers"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success ? null : `${PYTHON} has no torch and transformers`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${PYTHON}`;
    throw error;
  }
}

/** Runs `reference.py` and puts requests to it one at a time. */
export class Reference implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  /** Starts the process. */
  constructor() {
    this.#process = new Deno.Command(PYTHON, {
      args: [new URL("./reference.py", import.meta.url).pathname],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Puts one request. */
  async ask(request: object): Promise<ReferenceResult> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("reference.py ended without an answer");
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
  }
}
