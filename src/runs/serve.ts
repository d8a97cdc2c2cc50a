/** @file A stage's own process: reads what to do, does it, tells how it goes. */
import type { StageSpec } from "../experiment/specs.ts";
import { DISK_FULL, isDiskFull } from "./disk_full.ts";
import { TextLineStream } from "./lines.ts";
import { waitForLock } from "./lock.ts";
import { type StageEnd, type StageLine, type StageRequest, STOP } from "./protocol.ts";
import type { StageContext } from "./stage.ts";
import { StageStopped } from "./stopped.ts";

/** Writes a line to stdout, whole, before it returns: the process may end right after. */
function say(line: StageLine): void {
  const bytes = new TextEncoder().encode(JSON.stringify(line) + "\n");
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** What an error says to the runner. */
function endOf(error: unknown): StageEnd {
  if (!(error instanceof Error)) {
    return { type: "error", name: "Error", message: String(error), stack: "" };
  }
  const name = isDiskFull(error) ? DISK_FULL : error.name;
  return { type: "error", name, message: error.message, stack: error.stack ?? "" };
}

/** Reads the first line of stdin; then goes on, calls `stop` when it is told to, and `gone` at the end. */
async function request(stop: () => void, gone: () => void): Promise<StageRequest> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const { value } = await lines.read();
  const rest = async () => {
    for (;;) {
      const { value, done } = await lines.read();
      if (done) return gone();
      if (value === STOP) stop();
    }
  };
  void rest();
  return JSON.parse(value ?? "");
}

/**
 * Runs the one stage that stdin asks for, tells about it on stdout and ends the process: 0 when the stage is whole or has stopped as
 * it was told to, 1 when it failed.
 *
 * @param run Does the stage.
 * @param tied Ends the process when stdin ends: a stage must not outlive its runner, however that was killed.
 */
export async function serveStage(
  run: (spec: StageSpec, context: StageContext) => Promise<void>,
  tied: boolean,
): Promise<never> {
  // Stdout is the runner's: what stage code prints belongs in the log.
  console.log = console.info = console.debug = console.error;
  const stop = new AbortController();
  try {
    const { spec, context } = await request(() => stop.abort(), () => tied && Deno.exit(1));
    // Who comes after a killed runner waits for this process to end.
    using _writer = await waitForLock(context.dir, "writer");
    await run(spec, { ...context, stop: stop.signal, report: say });
    say({ type: "end" });
  } catch (error) {
    if (error instanceof StageStopped) {
      say({ type: "stopped", step: error.step });
      Deno.exit(0);
    }
    say(endOf(error));
    Deno.exit(1);
  }
  Deno.exit(0);
}
