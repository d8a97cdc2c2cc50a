/** @file The stages that an arm is a chain of. */
import type { z } from "zod";
import { choose } from "./problems.ts";
import { type R3Declaration, r3Schema, type ResolvedR3 } from "./r3.ts";
import { type ResolvedRlvr, type RlvrDeclaration, rlvrSchema } from "./rlvr.ts";
import { type ResolvedSft, type SftDeclaration, sftSchema } from "./sft.ts";
import { type ResolvedSrl, type SrlDeclaration, srlSchema } from "./srl.ts";

/** A stage as a user declares it. */
export type StageDeclaration = SftDeclaration | SrlDeclaration | RlvrDeclaration | R3Declaration;

/** A stage of GRPO with every default filled; `kind` tells what it practises. */
export type ResolvedPractice = ResolvedSrl | ResolvedRlvr | ResolvedR3;

/** A stage with every default filled; `kind` tells which. */
export type ResolvedStage = ResolvedSft | ResolvedPractice;

/**
 * Checks and completes a stage of any kind.
 *
 * @ignore Internal: Zod's types are no part of the interface.
 */
export const stageSchema: z.ZodType<ResolvedStage> = choose<ResolvedStage>(
  "kind",
  { sft: sftSchema, srl: srlSchema, rlvr: rlvrSchema, r3: r3Schema },
  "expected a stage: sft({…}), srl({…}), rlvr({…}) or r3({…})",
);
