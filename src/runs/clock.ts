/** @file Times for people. */

/**
 * A duration in at most two units: `8 s`, `3 min 20 s`, `2 h 05 min`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(duration(0.4), "0.4 s");
 * assertEquals(duration(200), "3 min 20 s");
 * assertEquals(duration(7500), "2 h 05 min");
 * ```
 */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/**
 * A duration that is only an estimate, without the unit that it does not know: `under 5 s`, `about 40 s`, `about 4 min`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(roughly(3), "under 5 s");
 * assertEquals(roughly(43), "about 45 s");
 * assertEquals(roughly(230), "about 4 min");
 * ```
 */
export function roughly(seconds: number): string {
  if (seconds < 5) return "under 5 s";
  if (seconds < 58) return `about ${Math.round(seconds / 5) * 5} s`;
  if (seconds < 3570) return `about ${Math.max(1, Math.round(seconds / 60))} min`;
  return `about ${duration(Math.round(seconds / 300) * 300)}`;
}

function pad(part: number): string {
  return String(part).padStart(2, "0");
}
