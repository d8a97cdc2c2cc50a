/** @file How many stages run at once. */

/** Beyond this, memory bandwidth, not cores, limits small models, and every process holds a policy of its own. */
const MOST = 4;

/**
 * The default number of stages at once, and why. One thread each: a small model's kernels are too short to share, so two
 * 1-thread processes do more than one 2-thread process, and more threads than cores slow all of them down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultJobs(2).jobs, 2);
 * assertEquals(defaultJobs(64), { jobs: 4, why: "64 cores, and memory bandwidth limits more than 4" });
 * ```
 */
export function defaultJobs(cores: number): { jobs: number; why: string } {
  const noun = cores === 1 ? "core" : "cores";
  return cores <= MOST
    ? { jobs: Math.max(1, cores), why: `one per core of ${cores} ${noun}` }
    : { jobs: MOST, why: `${cores} cores, and memory bandwidth limits more than ${MOST}` };
}
