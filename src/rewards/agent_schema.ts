/** @file Schemas of the rewards that read an agent's action. */
import { z } from "zod";
import { number, strict, word } from "../experiment/problems.ts";
import type { ResolvedPatch } from "./patch.ts";
import type { ResolvedToolCall } from "./tool_call.ts";

/** Schema of `tool-call`. @ignore Internal: Zod's types are no part of the interface. */
export const toolCallSchema: z.ZodType<ResolvedToolCall> = strict("a tool-call reward", {
  kind: z.literal("tool-call"),
  nameWeight: number("a weight from 0 to 1", { min: 0, max: 1 }).default(0.2),
  values: word(["ratio", "exact"]).default("ratio"),
});

/** Schema of `patch`. @ignore Internal: Zod's types are no part of the interface. */
export const patchSchema: z.ZodType<ResolvedPatch> = strict("a patch reward", {
  kind: z.literal("patch"),
  context: z.boolean({ error: "expected true or false" }).default(true),
});
