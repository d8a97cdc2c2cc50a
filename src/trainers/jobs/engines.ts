/** @file The distributed engine that a stage declares. */
import type { ResolvedEngine } from "../../experiment/engine.ts";
import { trlEngine } from "../trl/engine.ts";
import { verlEngine } from "../verl/engine.ts";
import type { JobEngine } from "./job_engine.ts";

/**
 * The engine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { verl, verlSchema } from "../../experiment/verl.ts";
 *
 * const engine = jobEngine(verlSchema.parse(verl({ gpus: 8 })));
 * assertEquals(engine.command("python", "grpo"), ["python", "train.py"]);
 * ```
 */
export function jobEngine(engine: ResolvedEngine): JobEngine {
  return engine.kind === "trl" ? trlEngine(engine) : verlEngine(engine);
}
