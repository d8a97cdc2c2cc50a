/** @file How many stages run at once. */
import { countText } from "../count_text.ts";

/** Beyond this, memory bandwidth, not cores, limits small models, and every process holds a policy of its own. */
const MOST = 4;

/**
 * The default number of stages at once, and why: as many as the cores have threads for, because more threads than cores slow all of
 * them down.
 *
 * @param threads Threads of each stage. One is the default: a small model's kernels are too short to share, so two 1-thread
 * processes do more than one 2-thread process.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultJobs(2).jobs, 2);
 * assertEquals(defaultJobs(8, 4), { jobs: 2, why: "one per 4 cores of 8 cores" });
 * assertEquals(defaultJobs(64), { jobs: 4, why: "64 cores, and memory bandwidth limits more than 4" });
 * ```
 */
export function defaultJobs(cores: number, threads = 1): { jobs: number; why: string } {
  const fit = Math.max(1, Math.floor(cores / threads));
  if (fit > MOST) {
    return { jobs: MOST, why: `${cores} cores, and memory bandwidth limits more than ${MOST}` };
  }
  const share = threads === 1 ? "core" : countText(threads, "core");
  return { jobs: fit, why: `one per ${share} of ${countText(cores, "core")}` };
}
