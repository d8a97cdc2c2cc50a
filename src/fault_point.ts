/** @file Places at which a test may end the process, or fill the disk. */

/** What `STEPWISE_FAULT` asks for: `kill:<file>`, `full:<label>`, or nothing. */
const VARIABLE = "STEPWISE_FAULT";

/** What is asked for, read once; null where nothing is, or where the environment may not be read. */
let asked: { readonly kind: string; readonly value: string } | null | undefined;

function fault(): typeof asked {
  if (asked !== undefined) return asked;
  const { state } = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  const [, kind, value] = /^(kill|full):(.+)$/.exec(
    state === "granted" ? Deno.env.get(VARIABLE) ?? "" : "",
  ) ?? [];
  return asked = kind === undefined ? null : { kind, value: value! };
}

/**
 * Stands before and behind everything that is written to be found again, and does nothing, unless the environment variable
 * `STEPWISE_FAULT` asks for a fault:
 *
 * - `kill:<file>` ends the process at once (SIGKILL) at the first point whose label is not a line of the file, and adds it: run after
 *   run, a program dies once at each of its points.
 * - `full:<label>` makes the points with this label fail as a full disk does.
 *
 * @param label What is about to happen, or has; it holds no names that differ from run to run.
 * @throws {Error} with the code `ENOSPC`, where a full disk is asked for.
 *
 * @example
 * ```ts
 * faultPoint("metrics.jsonl: append");
 * ```
 */
export function faultPoint(label: string): void {
  const { kind, value } = fault() ?? {};
  if (kind === undefined || value === undefined) return;
  if (kind === "full") {
    if (label !== value) return;
    const error = new Error("No space left on device (os error 28)");
    throw Object.assign(error, { code: "ENOSPC" });
  }
  const file = Deno.openSync(value, { create: true, append: true, read: true });
  // Held until the end, so that two processes do not die for one label.
  file.lockSync(true);
  if (Deno.readTextFileSync(value).split("\n").includes(label)) return file.close();
  file.writeSync(new TextEncoder().encode(`${label}\n`));
  file.syncSync();
  Deno.kill(Deno.pid, "SIGKILL");
}
