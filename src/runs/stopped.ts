/** @file How a stage ends that was told to stop. */

/**
 * Thrown by a stage that was told to stop, once it has saved where it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new StageStopped(40).step, 40);
 * ```
 */
export class StageStopped extends Error {
  override readonly name = "StageStopped";

  /** `step` updates need not be made again; 0 where the stage begins anew. */
  constructor(readonly step: number) {
    super(`stopped after update ${step}`);
  }
}
