/** @file A declared reward, ready to use in this thread. */
import { z } from "zod";
import { InputError } from "../errors.ts";
import { describe } from "../experiment/problems.ts";
import { compileReward } from "./compile.ts";
import type { RewardDeclaration, RewardKind } from "./declaration.ts";
import type { RewardResources } from "./resources.ts";
import type { RewardFunction } from "./reward.ts";
import { rewardSchema } from "./schema.ts";

/**
 * Checks a declaration, fills its defaults and compiles it.
 *
 * @param declared The declaration, or the kind of one where every key has a default.
 * @throws {InputError} with every problem of the declaration, a line each; where a resource is missing; and where a file
 * that it names cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * assertEquals((await makeReward("similarity")).range, [-1, 1]);
 * await assertRejects(
 *   () => makeReward({ kind: "similarity", autojnk: false } as never),
 *   Error,
 *   "reward.autojnk: unknown key (found false); did you mean `autojunk`?",
 * );
 * ```
 */
export async function makeReward(
  declared: RewardDeclaration | RewardKind,
  resources: RewardResources = {},
): Promise<RewardFunction> {
  const named = { reward: declared };
  const result = z.object({ reward: rewardSchema }).safeParse(named);
  if (!result.success) throw new InputError(describe(named, result.error).join("\n"));
  return await compileReward(result.data.reward, resources);
}
