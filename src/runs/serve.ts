/** @file A stage's own process: reads what to do, does it, tells how it goes. */
import type { StageSpec } from "../experiment/specs.ts";
import type { StageEnd, StageLine, StageRequest } from "./protocol.ts";
import type { StageContext } from "./stage.ts";

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
  return { type: "error", name: error.name, message: error.message, stack: error.stack ?? "" };
}

/** Reads the first line of stdin, then goes on reading and calls `gone` at its end. */
async function request(tied: boolean, gone: () => void): Promise<StageRequest> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) break;
    text += value;
  }
  const rest = async () => {
    while (!(await lines.read()).done);
    gone();
  };
  if (tied) void rest();
  return JSON.parse(text);
}

/**
 * Runs the one stage that stdin asks for, tells about it on stdout and ends the process: 0 when the stage is whole, 1 when
 * it failed.
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
  try {
    const { spec, context } = await request(tied, () => Deno.exit(1));
    await run(spec, { ...context, report: say });
    say({ type: "end" });
  } catch (error) {
    say(endOf(error));
    Deno.exit(1);
  }
  Deno.exit(0);
}
