/** @file A real MLflow server on this machine, where there is one. */
import { freePort } from "../../inference/llama_server.ts";
import { program } from "../../python/environment.ts";

/** The program: `STEPWISE_MLFLOW`, or that beside the Python of the comparisons, or `mlflow`. */
const PROGRAM = Deno.env.get("STEPWISE_MLFLOW") ?? program("mlflow") ?? "mlflow";

/** How long it may take to start, in milliseconds. */
const PATIENCE_MS = 90_000;

/** A test that is ignored, saying why in its name, where there is no MLflow. */
export async function mlflowTest(name: string, body: () => Promise<void>): Promise<void> {
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
export interface MlflowServer extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** Ends it and all its workers at once. */
  kill(): Promise<void>;
}

/** Starts a server that keeps what it is told in a folder, and waits until it answers. */
export async function startMlflow(dir: string, port: number = freePort()): Promise<MlflowServer> {
  const child = new Deno.Command(PROGRAM, {
    args: [
      ...["server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
      ...["--backend-store-uri", `sqlite:///${dir}/mlflow.db`],
      ...["--default-artifact-root", `${dir}/artifacts`],
    ],
    stdout: "null",
    stderr: "null",
    // A group of its own, so that its workers can be ended with it.
    detached: true,
  }).spawn();
  let ended = false;
  const kill = async () => {
    if (ended) return;
    ended = true;
    Deno.kill(-child.pid, "SIGKILL");
    await child.status;
  };
  const url = `http://127.0.0.1:${port}`;
  const start = performance.now();
  for (;;) {
    const response = await fetch(`${url}/health`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) break;
    if (performance.now() - start > PATIENCE_MS) {
      await kill();
      throw new Error(`${PROGRAM} did not answer within ${PATIENCE_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { url, kill, [Symbol.asyncDispose]: kill };
}
