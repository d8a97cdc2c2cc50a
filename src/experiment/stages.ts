/** @file The stages that an arm is a chain of. */
import type { z } from "zod";
import { choose } from "./problems.ts";
import { type ResolvedRlvr, type RlvrDeclaration, rlvrSchema } from "./rlvr.ts";
import { type ResolvedSft, type SftDeclaration, sftSchema } from "./sft.ts";
import { type ResolvedSrl, type SrlDeclaration, srlSchema } from "./srl.ts";

/** A stage as a user declares it. */
export type StageDeclaration = SftDeclaration | SrlDeclaration | RlvrDeclaration;

/** A stage with every default filled; `kind` tells which. */
export type ResolvedStage = ResolvedSft | ResolvedSrl | ResolvedRlvr;

/**
 * Checks and completes a stage of any kind.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const stageSchema: z.ZodType<ResolvedStage> = choose<ResolvedStage>(
  "kind",
  { sft: sftSchema, srl: srlSchema, rlvr: rlvrSchema },
  "expected a stage: sft({…}), srl({…}) or rlvr({…})",
);
