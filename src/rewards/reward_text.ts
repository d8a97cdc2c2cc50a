/** @file A reward in a few words. */
import { changesBetween } from "../experiment/changes.ts";
import type { ResolvedReward } from "./declaration.ts";
import { rewardSchema } from "./schema.ts";

/**
 * A reward's kind with what differs from its defaults, combinators with what they combine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rewardSchema } from "./schema.ts";
 *
 * const text = (declared: unknown) => rewardText(rewardSchema.parse(declared));
 * assertEquals(text("similarity"), "similarity");
 * assertEquals(text({ kind: "similarity", autojunk: false }), "similarity autojunk=false");
 * assertEquals(text({ kind: "min", of: ["bleu", "chrf"] }), "min(bleu, chrf)");
 * ```
 */
export function rewardText(reward: ResolvedReward): string {
  switch (reward.kind) {
    case "sum":
      return `sum(${reward.of.map((t) => `${t.weight} ${rewardText(t.reward)}`).join(", ")})`;
    case "min":
      return `min(${reward.of.map(rewardText).join(", ")})`;
    case "gate":
      return `${rewardText(reward.reward)} if ${rewardText(reward.when)} > ${reward.above}`;
    case "clip":
      return `clip(${rewardText(reward.reward)}, ${reward.low}, ${reward.high})`;
    case "anneal":
      return `anneal(${rewardText(reward.from)}, ${
        rewardText(reward.to)
      }, ${reward.start}, ${reward.end})`;
  }
  // A reward that reads a file has no defaults without one.
  const file = reward.kind === "module" ? { file: reward.file } : {};
  const folder = reward.kind === "embedding" ? { model: reward.model } : {};
  const { kind } = reward;
  const { data: usual } = rewardSchema.safeParse({ kind, ...file, ...folder });
  const options = changesBetween(usual ?? { kind }, reward)
    .map(({ path, after }) =>
      `${path}=${typeof after === "string" ? after : JSON.stringify(after)}`
    );
  return [kind, ...Object.values({ ...file, ...folder }), ...options].join(" ");
}
