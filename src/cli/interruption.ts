/** @file The signals that end a run: the first in order, a second one at once. */

/** Signals that end a run in order. */
const ENDING: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Signals within this many milliseconds are one: at Ctrl-C the terminal tells every process, and those that started this one
 * (`deno task`, `npx`) tell it again.
 */
const ONE_MS = 500;

/** What {@link interruption} needs of the world. */
export interface SignalHost {
  /** Calls back at every signal of a name. */
  listen(name: Deno.Signal, heard: () => void): void;
  /** Milliseconds that only go forward. */
  now(): number;
  /** Ends the process. */
  exit(code: number): void;
}

/**
 * A signal of the system as an abort; a second one ends the process at once, with code 130: the way out of an ending that hangs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const heard: (() => void)[] = [];
 * const codes: number[] = [];
 * let now = 0;
 * const signal = interruption({
 *   listen: (_name, callback) => heard.push(callback),
 *   now: () => now,
 *   exit: (code) => codes.push(code),
 * });
 * heard[0]!();
 * assertEquals([signal.aborted, codes], [true, []]);
 * now = 1000;
 * heard[0]!();
 * assertEquals(codes, [130]);
 * ```
 */
export function interruption({ listen, now, exit }: SignalHost): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ENDING) {
    listen(name, () => {
      if (!controller.signal.aborted) {
        first = now();
        controller.abort();
      } else if (now() - first > ONE_MS) exit(130);
    });
  }
  return controller.signal;
}
