/** @file The engine that trains an experiment's stages, as declared. */
import { z } from "zod";
import { choose } from "./problems.ts";
import { type ResolvedTrl, type TrlDeclaration, trlSchema } from "./trl.ts";
import { type ResolvedVerl, type VerlDeclaration, verlSchema } from "./verl.ts";

/** An engine as a user declares it: `embedded`, or a distributed one, e.g. `trl({ processes: 2 })` or `verl()`. */
export type EngineDeclaration = "embedded" | TrlDeclaration | VerlDeclaration;

/** A distributed engine with every default filled; `kind` tells which. */
export type ResolvedEngine = ResolvedTrl | ResolvedVerl;

const distributed = choose<ResolvedEngine>(
  "kind",
  { trl: trlSchema, verl: verlSchema },
  'expected "embedded", trl({…}) or verl({…})',
);

/**
 * Checks and completes an engine; undefined for the embedded one, so that its stages keep the ids that they had before there were others.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const engineSchema: z.ZodType<ResolvedEngine | undefined> = z.unknown().transform(
  (value, context) => {
    if (value === undefined || value === "embedded") return undefined;
    const result = distributed.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  },
);
