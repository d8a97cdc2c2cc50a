/** @file CPython's difflib in a process of its own, asked for ratios and times. */

/** Pairs of texts to compare in one way. */
export interface Request {
  readonly unit: "char" | "word";
  readonly autojunk: boolean;
  readonly pairs: readonly (readonly [string, string])[];
}

/** What one pass over them came to. */
export interface Pass {
  readonly seconds: number;
  /** A ratio for each pair. */
  readonly ratios: readonly number[];
}

// Reads bytes, for json to decode: lone surrogates come as escapes, everything else as UTF-8.
const PYTHON = `
import difflib, json, sys, time
for line in sys.stdin.buffer:
    case = json.loads(line)
    pairs = case["pairs"]
    if case["unit"] == "word":
        split = lambda text: text.split()
    else:
        split = lambda text: text
    begun = time.perf_counter()
    ratios = [
        difflib.SequenceMatcher(None, split(a), split(b), case["autojunk"]).ratio() for a, b in pairs
    ]
    print(json.dumps({"seconds": time.perf_counter() - begun, "ratios": ratios}), flush=True)
`;

/** A running `python3`; ends with {@link Difflib.close}. */
export class Difflib {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #buffered = "";

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts it; null where there is no `python3`. */
  static start(): Difflib | null {
    try {
      return new Difflib(
        new Deno.Command("python3", { args: ["-c", PYTHON], stdin: "piped", stdout: "piped" })
          .spawn(),
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** One pass of difflib over the pairs. The time is of the comparisons alone. */
  async pass(request: Request): Promise<Pass> {
    await this.#writer.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    for (;;) {
      const end = this.#buffered.indexOf("\n");
      if (end !== -1) {
        const line = this.#buffered.slice(0, end);
        this.#buffered = this.#buffered.slice(end + 1);
        return JSON.parse(line);
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("python3 ended early; its message is above");
      this.#buffered += value;
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#child.status;
  }
}
