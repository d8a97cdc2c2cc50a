/** @file One stage in a process of its own. */
import { TextLineStream } from "./lines.ts";
import { parseStageLine, type StageEnd, type StageRequest, STOP } from "./protocol.ts";
import type { StageEvent } from "./stage.ts";

/** How to run a stage's process. */
export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** What it is told. */
  readonly request: StageRequest;
  /** File that its stderr and its log events go to. */
  readonly log: string;
  /** Asks it to save and to end. */
  readonly stop: AbortSignal;
  /** Kills it. */
  readonly kill: AbortSignal;
  /** Called with each event. */
  onEvent(event: StageEvent): void;
}

/** How long a process may take to end after SIGTERM before it is killed. */
const PATIENCE_MS = 2000;

/**
 * Runs a stage's process to its end.
 *
 * @returns What the stage said last; an error also where the process ended without a word.
 */
export async function runChild(options: ChildOptions): Promise<StageEnd> {
  const [program = "", ...args] = options.command;
  using log = await Deno.open(options.log, { create: true, append: true });
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // Ctrl-C in a terminal is for the runner, which ends its stages itself and in order.
    detached: true,
  }).spawn();
  let killer: ReturnType<typeof setTimeout> | undefined;
  const kill = () => {
    const end = (signal: Deno.Signal) => {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    };
    end("SIGTERM");
    killer = setTimeout(() => end("SIGKILL"), PATIENCE_MS);
  };
  if (options.kill.aborted) kill();
  options.kill.addEventListener("abort", kill);

  const note = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += log.writeSync(bytes.subarray(at));
  };
  let end: StageEnd | undefined;
  const reading = (async () => {
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(
      new TextLineStream(),
    );
    for await (const line of lines) {
      const said = parseStageLine(line);
      if (said.type === "end" || said.type === "stopped" || said.type === "error") end = said;
      else {
        if (said.type === "log") note(new TextEncoder().encode(said.message + "\n"));
        options.onEvent(said);
      }
    }
  })();
  const logging = (async () => {
    for await (const bytes of child.stderr) note(bytes);
  })();
  // Stdin stays open: its end is how the stage learns that the runner is gone.
  const stdin = child.stdin.getWriter();
  const tell = (line: string) =>
    stdin.write(new TextEncoder().encode(`${line}\n`))
      .catch(() => {/* It ended before it read; its status says so. */});
  await tell(JSON.stringify(options.request));
  const stop = () => void tell(STOP);
  if (options.stop.aborted) stop();
  options.stop.addEventListener("abort", stop);
  try {
    const [status] = await Promise.all([child.status, reading, logging]);
    if (end?.type === "error" || (end && status.success)) return end;
    const how = status.signal === "SIGKILL"
      ? "was killed (SIGKILL): by the system, if memory ran out, or by somebody"
      : status.signal
      ? `was ended by ${status.signal}`
      : `ended with code ${status.code}`;
    return { type: "error", name: "Error", message: `its process ${how}`, stack: "" };
  } finally {
    options.kill.removeEventListener("abort", kill);
    options.stop.removeEventListener("abort", stop);
    clearTimeout(killer);
    await stdin.close().catch(() => {/* The pipe went with the process. */});
  }
}
