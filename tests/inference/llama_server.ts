/** @file A llama.cpp server process on this machine, where there is one, with a random tiny model. */
import { gunzipSync } from "node:zlib";

/** The program: `STEPWISE_LLAMA_SERVER`, or `llama-server`. */
const PROGRAM = Deno.env.get("STEPWISE_LLAMA_SERVER") ?? "llama-server";

/** Context of each slot, in tokens. */
export const CONTEXT = 1024;
/** Completions that it decodes at once. */
export const SLOTS = 4;

/** A test that is ignored, saying why in its name, where there is no llama.cpp server. */
export async function llamaTest(name: string, body: () => Promise<void>): Promise<void> {
  let present = false;
  try {
    present = (await new Deno.Command(PROGRAM, { args: ["--version"] }).output()).success;
  } catch {
    // There is no such program.
  }
  const reason = present ? "" : ` (skipped: there is no program ${PROGRAM})`;
  Deno.test({ name: name + reason, ignore: !present, fn: body });
}

/** A running server. */
export interface LlamaServer extends AsyncDisposable {
  /** Its endpoint. */
  readonly baseUrl: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/** A port that is free now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Writes the model into a folder. */
export async function writeModel(dir: string): Promise<string> {
  const packed = await Deno.readFile(new URL("../golden/tiny.gguf.gz", import.meta.url));
  await Deno.writeFile(`${dir}/tiny.gguf`, gunzipSync(packed));
  return `${dir}/tiny.gguf`;
}

/** Starts a server with the model and waits until it answers. */
export async function startLlamaServer(model: string, port: number): Promise<LlamaServer> {
  const process = new Deno.Command(PROGRAM, {
    args: [
      ...["--model", model, "--alias", "tiny", "--host", "127.0.0.1", "--port", `${port}`],
      ...["--threads", "1", "--parallel", `${SLOTS}`, "--ctx-size", `${SLOTS * CONTEXT}`],
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  const status = process.status.then(() => {
    ended = true;
  });
  const kill = async () => {
    if (!ended) process.kill("SIGKILL");
    await status;
  };
  for (let tries = 0; tries < 300 && !ended; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) {
      return { baseUrl: `http://127.0.0.1:${port}/v1`, kill, [Symbol.asyncDispose]: kill };
    }
    await new Promise((next) => setTimeout(next, 100));
  }
  await kill();
  throw new Error(`${PROGRAM} does not serve ${model}`);
}
